/** What GitHub should show of one check. Everything is within GitHub's limits already. */
export interface DesiredCheck {
  readonly name: string
  readonly state: CheckState
  readonly title: string
  /** Markdown. */
  readonly summary: string
  /** Markdown below the summary; null: none. */
  readonly text: string | null
  readonly annotations: readonly Annotation[]
  readonly actions: readonly CheckAction[]
  readonly detailsUrl: string
  /** True when nothing is shown at all as long as there is no check yet. */
  readonly silent: boolean
  /** True when it speaks for checks that cannot be made yet: it is made anew once they are. */
  readonly folds?: boolean
  /**
   * How often its subject was run again, when it was. GitHub waits for a new check after a re-run, also
   * where everything was over so quickly that nobody saw it run.
   */
  readonly reruns?: number
}

/** Times are milliseconds since 1970; a null time is left to GitHub. */
export type CheckState =
  | { readonly status: 'queued' }
  | { readonly status: 'in_progress'; readonly startedAt: number | null }
  | {
      readonly status: 'completed'
      readonly conclusion: Conclusion
      readonly startedAt: number | null
      readonly completedAt: number | null
    }

export type Conclusion = 'success' | 'failure' | 'cancelled' | 'action_required'

/** One line of a file with what is wrong there; fields as GitHub names them. */
export interface Annotation {
  readonly path: string
  readonly start_line: number
  readonly end_line: number
  /** GitHub takes columns only within one line. */
  readonly start_column?: number
  readonly end_column?: number
  readonly annotation_level: 'notice' | 'warning' | 'failure'
  readonly title: string
  readonly message: string
}

/** A button. */
export interface CheckAction {
  readonly label: string
  readonly description: string
  readonly identifier: 'approve' | 'reject' | 'cancel' | 'rerun-failed' | 'rerun-all' | 'new-run'
}

/** What a rendering needs besides the facts. */
export interface RenderOptions {
  /** Our own pages; no slash at the end. */
  readonly publicUrl: string
  /** Where a repository keeps its config; absent: lines of it are not linked to. */
  readonly configPath?: string
  /** GitHub's limits hold checks of jobs back now. */
  readonly scarce?: boolean
}
