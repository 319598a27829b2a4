/** A webhook on its way. Redeliveries carry the same parcel, and so the same `guid`. */
export interface Parcel {
  readonly guid: string
  readonly event: string
  readonly action: string | null
  /** Null: about the App itself. */
  readonly installationId: number | null
  readonly repositoryId: number | null
  /** JSON, the very bytes that are signed. */
  readonly payload: string
}

/** A line of the delivery log. */
export interface Delivery extends Parcel {
  readonly id: number
  readonly redelivery: boolean
  /** Milliseconds since 1970. */
  readonly deliveredAt: number
  readonly durationMs: number
  /** `OK`, or what went wrong in GitHub's words. */
  readonly status: string
  /** 0 when nothing was answered. */
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly response: string
}
