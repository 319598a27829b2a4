import type { EnvironmentHandle } from '../../ports/executor.ts'
import { isHalted } from './shim.ts'

/** Whether a command of the job has asked to end it without a failure; asked only where one may have. */
export interface Halts {
  /** A command has run; `on`: it still does. */
  suspect(how: 'once' | 'on'): void
  /** Stays true. */
  halted(): Promise<boolean>
}

export function haltsOf(environment: EnvironmentHandle): Halts {
  let suspicion: 'none' | 'once' | 'on' = 'none'
  let halted = false
  return {
    suspect: (how) => {
      if (suspicion !== 'on') suspicion = how
    },
    halted: async () => {
      if (halted || suspicion === 'none') return halted
      if (suspicion === 'once') suspicion = 'none'
      halted = await isHalted(environment)
      return halted
    },
  }
}
