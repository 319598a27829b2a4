import { InvalidArgumentError } from 'commander'

export function wholeNumber(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Expected a whole number.')
}

export function commit(text: string): string {
  if (/^[\da-f]{40}$/i.test(text)) return text
  throw new InvalidArgumentError('Expected the full name of a commit, 40 hexadecimal digits.')
}

/** Adds one `K=V` to those given before. */
export function pair(
  text: string,
  before: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? []
  if (key === undefined || value === undefined) throw new InvalidArgumentError('Expected K=V.')
  return { ...before, [key]: value }
}
