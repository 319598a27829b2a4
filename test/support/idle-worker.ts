/**
 * A process that prepares an environment, removes it and, when told `stay`, stays until it is killed; else
 * it has nothing more to do. Arguments: the data directory, `stay` or nothing.
 */
import { localIn, never, specOf } from './executors.ts'

const [dataDir = '', stay] = process.argv.slice(2)
const { executor } = await localIn({ dataDir })
const job = await executor.prepare(specOf(), never)
await job.dispose()
if (stay) setInterval(() => undefined, 60_000)
