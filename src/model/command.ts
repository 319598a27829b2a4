/** What a person asks for in a line of a comment. */
export type Command =
  /** `job` null: the one approval that waits. Else `JOB`, or `WORKFLOW/JOB`. */
  | { readonly action: 'approve' | 'reject'; readonly job: string | null }
  /** `job` null: everything. */
  | { readonly action: 'cancel'; readonly job: string | null }
  | { readonly action: 'rerun-failed' | 'rerun-all'; readonly job: null }
  | { readonly action: 'rerun-job'; readonly job: string }
