import { rm } from 'node:fs/promises'
import { afterAll } from 'vitest'
import { fakeExecutor } from '../../src/executors/fake.ts'
import { images, startEngine } from '../support/docker-engine.ts'
import { dockerIn, localIn, pathWithout } from '../support/executors.ts'
import { executorContract, fakeDialect, shellDialect } from './executor.ts'

executorContract(
  'fake',
  async () => ({ executor: fakeExecutor(), close: async () => undefined }),
  fakeDialect,
)
executorContract('local', () => localIn(), shellDialect)
executorContract(
  'local (where there are no namespaces)',
  async () => {
    const path = await pathWithout('unshare')
    const local = await localIn({ path })
    return {
      ...local,
      close: async () => {
        await local.close()
        await rm(path, { recursive: true })
      },
    }
  },
  shellDialect,
)

const engine = await startEngine()
afterAll(() => engine?.close())
if (engine) {
  for (const [what, machineImage] of Object.entries(images)) {
    executorContract(`docker (${what})`, () => dockerIn(engine, { machineImage }), shellDialect)
  }
}
