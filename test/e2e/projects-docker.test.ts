/** The sample projects below `test/projects`, by git push, in containers of Debian's packages. */
import { afterAll, describe } from 'vitest'
import { openDoor } from '../support/docker-door.ts'
import { startEngine, type TestEngine } from '../support/docker-engine.ts'
import { importTools, npmFolder, tools } from '../support/docker-tools.ts'
import { startSystem } from '../support/system.ts'
import { cProject } from './projects/c.ts'
import { groundFor } from './projects/ground.ts'
import { nodeProject } from './projects/node.ts'
import { pythonProject } from './projects/python.ts'
import { splitProject } from './projects/split.ts'
import { workspaceProject } from './projects/workspaces.ts'

const started = await startEngine()
const npm = await npmFolder()
if (started && npm === null)
  console.info('the Node project in Docker is skipped: no npm that is one folder')

describe.skipIf(!started)('on the docker executor', { timeout: 120_000 }, () => {
  const engine = started as TestEngine
  let shut: () => Promise<void>
  // Hooks after the tests run from last to first: the system has closed by then.
  afterAll(async () => {
    await shut()
    await engine.close()
  })
  const ground = groundFor(async () => {
    await importTools(engine)
    shut = await openDoor(engine)
    const dockerHost = { host: engine.host, certificates: null }
    return startSystem({
      executor: 'docker',
      settings: {
        docker: { dockerHost, machineImage: tools, engineImage: 'docker:dind', network: null },
      },
    })
  })
  if (npm !== null) nodeProject(ground)
  cProject(ground)
  pythonProject(ground)
  workspaceProject(ground)
  splitProject(ground)
})
