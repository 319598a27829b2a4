import type { JobId } from '../model/ids.ts'

/** The numbers by which people call the runs of jobs. */
export interface BuildNumbers {
  /**
   * The number of a job's run: given at the first call, the same for all its tasks and after a restart.
   * Numbers count the repository's runs upwards; some may be left out.
   */
  of(job: { readonly jobId: JobId; readonly repositoryId: number }): Promise<BuildNumber>
}

export interface BuildNumber {
  readonly number: number
  /** Of the run that was numbered before in the same repository; null: none was. */
  readonly previous: number | null
}
