/** What GitHub allows one installation in any minute and any hour. */
export interface Limits {
  /** Windows in milliseconds; shorter than their names only in tests. */
  readonly minuteMs: number
  readonly hourMs: number
  /** A request that reads costs 1, any other 5. */
  readonly pointsPerMinute: number
  /** Of check runs; GitHub does not say whether they count, so they do. */
  readonly createsPerMinute: number
  readonly createsPerHour: number
  /** The primary limit. */
  readonly requestsPerHour: number
}

/** As GitHub documents them for REST. */
export const gitHubLimits: Limits = {
  minuteMs: 60_000,
  hourMs: 3_600_000,
  pointsPerMinute: 900,
  createsPerMinute: 80,
  createsPerHour: 500,
  requestsPerHour: 5000,
}
