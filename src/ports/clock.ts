/** Time and names for what is new. Only adapters and loops use it; the core gets both inside events. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** A new random UUID. */
  newId(): string
  /** Resolves after `ms`, or at once when `signal` aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}
