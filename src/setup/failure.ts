/** Why no App can be made, in one sentence for the operator. */
export class SetupFailed extends Error {
  override readonly name = 'SetupFailed'
  /** True: the file has settings that we never overwrite; nothing is broken. */
  readonly refused: boolean
  constructor(message: string, options: ErrorOptions & { readonly refused?: boolean } = {}) {
    super(message, options)
    this.refused = options.refused ?? false
  }
}
