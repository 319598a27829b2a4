import type { Log } from '../../src/ports/log.ts'

const nothing = () => undefined

/** For tests in which nobody reads the operator's log. */
export const silentLog: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing }
