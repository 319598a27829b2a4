import { rm } from 'node:fs/promises'
import { fakeExecutor } from '../../src/executors/fake.ts'
import { localIn, pathWithout } from '../support/executors.ts'
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
