import { parse } from 'yaml'

/** What the App asks of GitHub, as `app.yml` says it. */
export interface Manifest {
  readonly name: string
  readonly description: string
  readonly public: boolean
  /** Path on our address where GitHub delivers. */
  readonly hookPath: string
  /** Level by permission. */
  readonly permissions: Readonly<Record<string, string>>
  readonly events: readonly string[]
}

/** Throws when the text, which is part of Sluice, is not what it should be. */
export function readManifest(text: string): Manifest {
  const content: unknown = parse(text)
  const at = (key: string) => fieldOf(content, key)
  return {
    name: textOf(at('name'), 'name'),
    description: textOf(at('description'), 'description'),
    public: at('public') === true,
    hookPath: new URL(textOf(fieldOf(at('hook_attributes'), 'url'), 'hook_attributes.url'))
      .pathname,
    permissions: Object.fromEntries(
      Object.entries(at('default_permissions') ?? {}).map(([name, level]) => [
        name,
        textOf(level, `default_permissions.${name}`),
      ]),
    ),
    events: listOf(at('default_events')).map((event) => textOf(event, 'default_events')),
  }
}

export interface Addresses {
  /** Where people reach Sluice, without a slash at the end. */
  readonly publicUrl: string
  /** Where GitHub sends the browser back with the code. */
  readonly redirectUrl: string
}

/** The manifest as GitHub takes it, with the addresses of this Sluice. */
export const manifestFor = (manifest: Manifest, { publicUrl, redirectUrl }: Addresses) => ({
  name: manifest.name,
  description: manifest.description,
  url: publicUrl,
  public: manifest.public,
  redirect_url: redirectUrl,
  hook_attributes: { url: publicUrl + manifest.hookPath, active: true },
  default_permissions: manifest.permissions,
  default_events: manifest.events,
})

const fieldOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined

function textOf(value: unknown, where: string): string {
  if (typeof value === 'string' && value !== '') return value
  throw new Error(`app.yml: ${where} is no text`)
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
