/**
 * A process to be killed: prepares an environment, runs one step and prints what it sees of it.
 * Arguments: the data directory, the environment's id, the step's id, its script, and PATH if it
 * is not the usual one.
 */
import { localExecutor } from '../../src/executors/local/local.ts'
import { never, specOf, stepOf } from './executors.ts'
import { silentLog } from './log.ts'

const [dataDir = '', id = '', stepId = '', script = '', path = null] = process.argv.slice(2)
const executor = localExecutor({
  dataDir,
  jobUser: null,
  path,
  unisolatedOk: true,
  log: silentLog,
})
const job = await executor.prepare(specOf({ id }), never)
for await (const bytes of job.run(stepOf(script, { id: stepId }), { from: 0, signal: never })) {
  process.stdout.write(bytes)
}
