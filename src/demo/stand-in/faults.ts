/** Trouble that a test asks for. It is never a violation. */
export interface NewFault {
  /** GitHub's name of what is asked, e.g. `checks/create`; `git` for git over HTTP; `*` for all. */
  readonly op: string
  /** What is answered instead, or `drop`: the connection is cut. */
  readonly status: number | 'drop'
  /**
   * True: refused before it had an effect. False: done, but the answer is lost.
   * Default: false for `drop`, else true.
   */
  readonly before?: boolean
  /** E.g. `retry-after`. */
  readonly headers?: Readonly<Record<string, string>>
  /** How many requests it hits; default 1. */
  readonly times?: number
  /** How many requests pass before; default 0. */
  readonly skip?: number
}

export interface Fault extends Required<Omit<NewFault, 'times' | 'skip'>> {
  times: number
  skip: number
}

export const toFault = (wanted: NewFault): Fault => ({
  headers: {},
  before: wanted.status !== 'drop',
  times: 1,
  skip: 0,
  ...wanted,
})

/** The fault that hits this request, if any; it is used up by one. */
export const takeFault = (faults: Fault[], op: string): Fault | null => {
  for (const fault of faults.filter((one) => one.op === op || one.op === '*')) {
    if (fault.skip > 0) {
      fault.skip -= 1
      continue
    }
    fault.times -= 1
    if (fault.times <= 0) faults.splice(faults.indexOf(fault), 1)
    return fault
  }
  return null
}
