/**
 * Makes the GitHub App by GitHub's manifest flow: a browser brings the manifest to GitHub, GitHub sends it
 * back with a code, the code is exchanged for the App's credentials, and those become settings.
 */
import { randomBytes } from 'node:crypto'
import { isLoopback } from '../model/loopback.ts'
import type { Clock } from '../ports/clock.ts'
import type { AskGitHub } from '../ports/github-rest.ts'
import type { Credentials } from './conversion.ts'
import { isEveryAddress } from './guard.ts'
import { type Manifest, manifestFor } from './manifest.ts'
import { installPage, startPage } from './page.ts'
import { backPath, type Listening, listen } from './server.ts'
import { findTarget, type Setting, writeSettings } from './settings-file.ts'
import { startVisit } from './visit.ts'

export interface SetupParts {
  readonly manifest: Manifest
  /** Where people and GitHub reach Sluice, without a slash at the end. */
  readonly publicUrl: string
  /** Who will own the App; null: whoever presses the button. */
  readonly organization: string | null
  /** A GitHub Enterprise Server; null: github.com. */
  readonly enterprise: { readonly host: string; readonly protocol: string } | null
  /** The settings file, absolute. */
  readonly file: string
  /** Port 0: any free one. */
  readonly listen: { readonly host: string; readonly port: number }
  readonly ask: AskGitHub
  readonly clock: Clock
  readonly out: (line: string) => void
  /** Ends it before its time. */
  readonly signal: AbortSignal
}

/** GitHub's codes live as long, and so does nothing that waits for one. */
const lifeMs = 3_600_000

/**
 * Resolves to true when the App is made and its settings are written, to false when nobody made one
 * within an hour or `signal` aborted. Rejects with `SetupFailed`.
 */
export async function runSetup(parts: SetupParts): Promise<boolean> {
  const known = knownSettings(parts)
  // Before anything happens on GitHub: an App whose key cannot be kept is of no use.
  await findTarget(parts.file, known)
  const web = webOf(parts)
  const visit = startVisit({
    ask: parts.ask,
    web,
    file: parts.file,
    start: (state, base) => firstPage(parts, web, state, base),
    keep: (app) => keep(parts, known, app),
  })
  const server = await listen(parts.listen, web, visit)
  try {
    announce(parts, server, visit.token)
    return await waitFor(server, parts)
  } finally {
    await server.close()
  }
}

const webOf = ({ enterprise }: SetupParts): string =>
  enterprise ? `${enterprise.protocol}://${enterprise.host}` : 'https://github.com'

function firstPage(parts: SetupParts, web: string, state: string, base: string): string {
  const { manifest, publicUrl, organization, file } = parts
  const owner = organization === null ? '' : `/organizations/${encodeURIComponent(organization)}`
  return startPage({
    appName: manifest.name,
    action: `${web}${owner}/settings/apps/new?state=${encodeURIComponent(state)}`,
    manifest: JSON.stringify(manifestFor(manifest, { publicUrl, redirectUrl: base + backPath })),
    organization,
    file,
  })
}

function announce({ out, file, publicUrl }: SetupParts, server: Listening, token: string): void {
  out('Open this address in a browser, within an hour; it is good for one browser:')
  out('')
  out(`  ${server.url}/?token=${token}`)
  out('')
  out(`GitHub will deliver to ${publicUrl}; the settings go into ${file}.`)
  if (isEveryAddress(server.host))
    out(`In the place of ${server.host} put the name by which your browser reaches this machine.`)
  if (!isLoopback(server.host))
    out('This address can be reached from elsewhere, and what is sent there is not encrypted.')
}

async function waitFor(server: Listening, { clock, signal, out }: SetupParts): Promise<boolean> {
  const over = new AbortController()
  const ending = AbortSignal.any([signal, over.signal])
  try {
    const made = await Promise.race([
      server.ended.then(() => true),
      clock.sleep(lifeMs, ending).then(() => false),
    ])
    if (!made) out(signal.aborted ? 'Ended: no App was made.' : 'An hour is over: no App was made.')
    return made
  } finally {
    over.abort()
  }
}

async function keep(
  { file, clock, out, enterprise, publicUrl }: SetupParts,
  known: readonly Setting[],
  app: Credentials,
): Promise<void> {
  const target = await findTarget(file, known)
  const day = new Date(clock.now()).toISOString().slice(0, 10)
  const comment = `The GitHub App ${app.slug}, made by sluice setup on ${day}`
  await writeSettings(target, [...credentialSettings(app), ...known, secretsKey()], comment)
  out(
    `The App ${app.slug} is made (${app.page}); its settings are in ${file}, for its owner's eyes only.`,
  )
  out('')
  out('What comes next:')
  out(`  1. Install it on repositories: ${installPage(app)}`)
  out(
    `  2. Start Sluice (\`npx sluice serve\`) where ${publicUrl} leads to${enterprise ? '' : ', with a public https address'}`,
  )
  out('  3. See whether all is well: `npx sluice doctor`')
}

const credentialSettings = (app: Credentials): readonly Setting[] => [
  { name: 'APP_ID', value: String(app.appId) },
  // In one line, which every reader of such files understands.
  { name: 'PRIVATE_KEY', value: Buffer.from(app.privateKey).toString('base64') },
  { name: 'WEBHOOK_SECRET', value: app.webhookSecret },
  { name: 'GITHUB_CLIENT_ID', value: app.clientId },
  { name: 'GITHUB_CLIENT_SECRET', value: app.clientSecret },
]

const knownSettings = ({ publicUrl, enterprise }: SetupParts): readonly Setting[] => [
  { name: 'SLUICE_PUBLIC_URL', value: publicUrl },
  ...(enterprise ? [{ name: 'GHE_HOST', value: enterprise.host }] : []),
  ...(enterprise?.protocol === 'http' ? [{ name: 'GHE_PROTOCOL', value: 'http' }] : []),
]

/** Left out where the file has one: what is stored was encrypted with that. */
const secretsKey = (): Setting => ({
  name: 'SLUICE_SECRETS_KEY',
  value: randomBytes(32).toString('base64'),
})
