import type { JsonObject } from '../description/schema.ts'

export interface RefusalExtras {
  readonly errors?: readonly JsonObject[]
  readonly headers?: Readonly<Record<string, string>>
  /** Why no careful caller would have asked; it goes on the record. */
  readonly violation?: string
}

/** GitHub says no: an answer with a status of 400 or more. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  readonly extras: RefusalExtras
  constructor(status: number, message: string, extras: RefusalExtras = {}) {
    super(message)
    this.status = status
    this.extras = extras
  }
}

export const refusalBody = ({ message, status, extras }: Refusal): JsonObject => ({
  message,
  ...(extras.errors && { errors: extras.errors }),
  documentation_url: 'https://docs.github.com/rest',
  status: String(status),
})

export const notFound = (): Refusal => new Refusal(404, 'Not Found')

/** What GitHub's schema layer says; the request should never have been sent. */
export const invalidRequest = (reason: string): Refusal =>
  new Refusal(422, `Invalid request.\n\n${reason}`, { violation: reason })

/** What GitHub's model layer says about one field. */
export const validationFailed = (resource: string, field: string, message: string): Refusal =>
  new Refusal(422, 'Validation Failed', {
    errors: [{ resource, code: 'custom', field, message }],
    violation: message,
  })
