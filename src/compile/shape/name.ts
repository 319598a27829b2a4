import type { Located } from '../read/located.ts'
import type { Reading } from '../read/reader.ts'

const nameLimit = 200

/** Names become names of checks, so that they must be one line of moderate length. */
export function checkName(name: Located<string>, { report }: Reading): void {
  const fits = name.value.trim() !== '' && name.value.length <= nameLimit
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (fits && !/[\u0000-\u001F\u007F-\u009F]/.test(name.value)) return
  const message = `a name must be one line of 1 to ${nameLimit} visible characters`
  report('bad-name', name.at, message)
}
