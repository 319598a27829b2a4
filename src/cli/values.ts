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

/** Of a GitHub organization. */
export function login(text: string): string {
  if (/^[a-z\d](?:[\w-]{0,98}[a-z\d])?$/i.test(text)) return text
  throw new InvalidArgumentError('Expected the name of an organization, as in its URL.')
}

/** `HOST`, `HOST:PORT` or `[ADDRESS]:PORT`; without a port any free one. */
export function hostAndPort(text: string): { readonly host: string; readonly port: number } {
  const [, inner, plain, port = '0'] =
    /^(?:\[([\da-f:.]+)\]|([a-z\d.-]+))(?::(\d{1,5}))?$/i.exec(text) ?? []
  const host = inner ?? plain
  if (host !== undefined && Number(port) <= 65_535) return { host, port: Number(port) }
  throw new InvalidArgumentError('Expected an address such as 127.0.0.1:8080 or [::1]:8080.')
}

export interface ProjectName {
  readonly owner: string
  readonly name: string
}

export function project(text: string): ProjectName {
  const [, owner, name] = /^([\w.-]{1,100})\/([\w.-]{1,100})$/.exec(text) ?? []
  if (owner && name) return { owner, name }
  throw new InvalidArgumentError('Expected OWNER/REPO, as GitHub names it.')
}

/** Of a server of ours. */
export function server(text: string): string {
  const url = URL.parse(text)
  if (url && /^https?:$/.test(url.protocol) && url.username === '') return text
  throw new InvalidArgumentError('Expected a URL such as https://sluice.example.')
}
