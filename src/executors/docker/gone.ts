import { EnvironmentLost } from '../../ports/executor.ts'

/** The container of a job is not there, or does not run. */
export class GoneError extends EnvironmentLost {
  constructor() {
    super('the environment of the job is gone')
  }
}
