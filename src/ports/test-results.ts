import type { JobId, TaskId } from '../model/ids.ts'

/** One test as a JUnit file tells of it. Texts are bounded already. */
export interface TestResult {
  readonly name: string
  readonly classname: string
  /** As far as it can be told relative to the repository; null: not told. */
  readonly file: string | null
  /** From 1; null: not told. */
  readonly line: number | null
  readonly seconds: number
  readonly result: 'success' | 'failure' | 'error' | 'skipped'
  /** Passed in the end, after its runner had tried it several times. */
  readonly flaky: boolean
  /** Of a failure, or why it was skipped; empty: none. */
  readonly message: string
}

export interface TestResults {
  /**
   * Keeps the results of one step, in the place of what that step stored before. False when the claim
   * is old.
   */
  store(owner: ResultsOwner, results: readonly TestResult[]): Promise<boolean>
  /** What is worth telling people about the tests of a job; null: it stored none. */
  summary(jobId: JobId): Promise<TestSummary | null>
  /**
   * How long tests took in the newest runs of a job of this name in the repository, newest first, so
   * that `jobId` can be split evenly. Tests that were skipped are left out. Every task of the job gets the
   * same answer, whatever was stored between two questions: else a test would run twice, or never.
   */
  timings(of: {
    readonly jobId: JobId
    readonly repositoryId: number
    readonly jobName: string
  }): Promise<readonly Timing[]>
}

export interface ResultsOwner {
  readonly taskId: TaskId
  readonly claim: number
  readonly jobId: JobId
  /** Place of the step in the task. */
  readonly step: number
  readonly index: number
  readonly repositoryId: number
  readonly sha: string
  readonly workflowName: string
  readonly jobName: string
}

export interface Timing {
  readonly name: string
  readonly classname: string
  readonly file: string | null
  readonly seconds: number
}

export interface TestSummary {
  readonly total: number
  /** Failures and errors. */
  readonly failed: number
  readonly skipped: number
  readonly seconds: number
  /** The first of those that failed, in the order in which they were stored. */
  readonly failures: readonly Failure[]
  /** The five that took longest. */
  readonly slowest: readonly Timing[]
  /** Passed after they had failed at the same commit; the first of them. */
  readonly flaky: readonly Pick<Timing, 'name' | 'classname' | 'file'>[]
}

export interface Failure
  extends Pick<TestResult, 'name' | 'classname' | 'file' | 'line' | 'message'> {
  /** Task of a parallel job, from 0. */
  readonly index: number
}
