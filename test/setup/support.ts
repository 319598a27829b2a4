import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { onTestFinished } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { type StandIn, startStandIn } from '../../src/demo/stand-in/stand-in.ts'
import { createRest } from '../../src/github/rest.ts'
import type { AskGitHub } from '../../src/ports/github-rest.ts'
import { readManifest } from '../../src/setup/manifest.ts'
import { runSetup, type SetupParts } from '../../src/setup/setup.ts'
import { until } from '../support/until.ts'

export const manifest = readManifest(
  await readFile(resolve(import.meta.dirname, '../../app.yml'), 'utf8'),
)

/** A folder that goes away with the test. */
export async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'sluice-setup-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

export async function gitHub(): Promise<StandIn> {
  const standIn = await startStandIn({ directory: await folder() })
  onTestFinished(() => standIn.close())
  return standIn
}

export const restOf = ({ host }: StandIn): AskGitHub =>
  createRest({ gheHost: host, gheProtocol: 'http', requestTimeoutMs: 5_000 })

export interface Setup {
  /** What it printed. */
  readonly lines: readonly string[]
  /** The address that it printed, with the token. */
  readonly address: URL
  readonly file: string
  readonly end: Promise<boolean>
  /** Aborts it. */
  stop(): void
}

/** `sluice setup` against this GitHub, for a Sluice at https://ci.example.com. */
export const setupParts = (standIn: StandIn, changes: Partial<SetupParts> = {}): SetupParts => ({
  manifest,
  publicUrl: 'https://ci.example.com',
  organization: null,
  enterprise: { host: standIn.host, protocol: 'http' },
  file: '/nowhere/.env',
  listen: { host: '127.0.0.1', port: 0 },
  ask: restOf(standIn),
  clock: systemClock,
  out: () => undefined,
  signal: new AbortController().signal,
  ...changes,
})

/** It runs, listening, until the test ends. */
export async function startSetup(
  standIn: StandIn,
  changes: Partial<SetupParts> = {},
): Promise<Setup> {
  const lines: string[] = []
  const over = new AbortController()
  const file = changes.file ?? join(await folder(), '.env')
  const end = runSetup(
    setupParts(standIn, {
      out: (line) => lines.push(line),
      signal: over.signal,
      ...changes,
      file,
    }),
  )
  end.catch(() => undefined)
  onTestFinished(async () => {
    over.abort()
    await end.catch(() => undefined)
  })
  await until('the address is printed', () => lines.some((line) => line.includes('?token=')))
  const address = new URL(/http:\S+\?token=\S+/.exec(lines.join('\n'))?.[0] ?? '')
  return { lines, address, file, end, stop: () => over.abort() }
}

export interface Seen {
  readonly status: number
  readonly html: string
  readonly headers: Headers
}

export async function open(url: URL | string, headers: Record<string, string> = {}): Promise<Seen> {
  const answer = await fetch(url, { headers, redirect: 'manual' })
  return { status: answer.status, html: await answer.text(), headers: answer.headers }
}

/** What a browser would send for the form on a page. */
export function formOn(html: string): {
  readonly action: string
  readonly fields: URLSearchParams
} {
  const plain = (text: string) =>
    text.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
  const fields = [...html.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)]
  return {
    action: plain(/action="([^"]*)"/.exec(html)?.[1] ?? ''),
    fields: new URLSearchParams(
      Object.fromEntries(fields.map(([, name = '', value = '']) => [name, plain(value)])),
    ),
  }
}

/** Presses the button of a page; redirects are not followed. */
export async function press(page: string, html: string): Promise<Response> {
  const { action, fields } = formOn(html)
  return fetch(new URL(action, page), { method: 'POST', body: fields, redirect: 'manual' })
}

/** Goes through GitHub's pages up to the address to which it sends the browser back. */
export async function throughGitHub(setup: Setup): Promise<URL> {
  const first = await open(setup.address)
  const confirm = await press(setup.address.href, first.html)
  const back = await press(formOn(first.html).action, await confirm.text())
  return new URL(back.headers.get('location') ?? '')
}
