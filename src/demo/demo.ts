/**
 * `npm run demo`: GitHub in small, Sluice beside it, a sample repository, one real push, and what
 * becomes of it. Unattended (`once`) it also plays the people: it approves and runs again what failed.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { follow, table } from './progress.ts'
import { expectedChecks, sampleFiles } from './sample.ts'
import { type StandIn, startStandIn } from './stand-in/stand-in.ts'
import { WorkingCopy } from './working-copy.ts'

export interface DemoParts {
  /** Approve and re-run by itself, and end when all has ended. */
  readonly once: boolean
  /** Starts Sluice as the App of this GitHub, with its data in `directory`. */
  readonly start: (gitHub: DemoGitHub, directory: string) => Promise<DemoSluice>
  /** Prints a line. */
  readonly out: (line: string) => void
  /** Aborts when the person at the terminal has seen enough. */
  readonly signal: AbortSignal
}

export interface DemoGitHub {
  /** Host and port, to be spoken to with http. */
  readonly host: string
  readonly appId: number
  readonly privateKey: string
  readonly webhookSecret: string
}

export interface DemoSluice {
  readonly url: string
  stop(): Promise<void>
}

const unattendedMs = 180_000

/** Resolves to the exit code: 0 when every check ended as the sample expects. */
export async function runDemo(parts: DemoParts): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-demo-'))
  await using stack = new AsyncDisposableStack()
  stack.defer(() => rm(directory, { recursive: true, force: true }))
  const gitHub = await startStandIn({ directory: join(directory, 'github') })
  stack.defer(() => gitHub.close())
  const sluice = await parts.start({ host: gitHub.host, ...gitHub.app }, join(directory, 'data'))
  stack.defer(() => sluice.stop())
  gitHub.setWebhookUrl(`${sluice.url}/api/github/webhooks`)
  parts.out(`sluice listening on ${sluice.url}`)
  const sha = await pushSample(gitHub, stack)
  introduce(parts, gitHub, sluice, sha)
  // Awaited here: returning the promise would stop everything before it has begun.
  return await (parts.once ? unattended(parts, gitHub, sha) : attended(parts, gitHub, sha))
}

async function pushSample(gitHub: StandIn, stack: AsyncDisposableStack): Promise<string> {
  const ann = gitHub.addPerson({ login: 'ann', role: 'admin' })
  gitHub.addPerson({ login: 'bob', role: 'read' })
  await gitHub.createRepository({ owner: 'acme', name: 'shop' })
  const copy = await WorkingCopy.make(gitHub.remote('acme/shop', ann))
  stack.defer(() => copy.remove())
  const sha = await copy.commit(sampleFiles, 'Say hello')
  await copy.push('HEAD:main')
  return sha
}

function introduce(
  { out, once }: DemoParts,
  gitHub: StandIn,
  sluice: DemoSluice,
  sha: string,
): void {
  out(`pushed ${sha.slice(0, 7)} to acme/shop, branch main`)
  out(`checks:    ${gitHub.url}/acme/shop/commit/${sha}/checks`)
  out(`dashboard: ${sluice.url}/`)
  if (!once) out('Approve, re-run and cancel on the checks page. Ctrl-C ends the demo.')
  out('')
}

async function attended({ out, signal }: DemoParts, gitHub: StandIn, sha: string): Promise<number> {
  while (!signal.aborted) await follow(gitHub, sha, out, signal)
  return 0
}

async function unattended(parts: DemoParts, gitHub: StandIn, sha: string): Promise<number> {
  const over = AbortSignal.any([parts.signal, AbortSignal.timeout(unattendedMs)])
  const played = new AbortController()
  const playing = playPeople(gitHub, sha, AbortSignal.any([over, played.signal]))
  const watching = follow(gitHub, sha, parts.out, AbortSignal.any([over, played.signal]))
  await playing
  played.abort()
  await watching
  await gitHub.settled()
  const wrong = differences(gitHub, sha)
  parts.out('')
  for (const line of table(gitHub.latestRuns(sha))) parts.out(line)
  for (const line of wrong) parts.out(line)
  return wrong.length === 0 ? 0 : 1
}

/** Presses what a person would press, each once, until all has ended well or the time is over. */
async function playPeople(gitHub: StandIn, sha: string, signal: AbortSignal): Promise<void> {
  const pressed = new Set<number>()
  while (!signal.aborted && differences(gitHub, sha).length > 0) {
    for (const run of gitHub.latestRuns(sha)) {
      const button = buttonFor(run.name, run.conclusion)
      if (!button || pressed.has(run.id)) continue
      pressed.add(run.id)
      await gitHub.ui.clickAction(run.id, button, 'ann')
    }
    await sleep(20)
  }
}

/** One re-run of the failed job is enough: the `sluice` check offers the same button. */
function buttonFor(name: string, conclusion: string | null): string | null {
  if (conclusion === 'action_required') return 'approve'
  return conclusion === 'failure' && name !== 'sluice' ? 'rerun-failed' : null
}

function differences(gitHub: StandIn, sha: string): readonly string[] {
  const seen = new Map(
    gitHub.latestRuns(sha).map((run) => [run.name, run.conclusion ?? run.status]),
  )
  const names = new Set([...Object.keys(expectedChecks), ...seen.keys()])
  const wrong = [...names].filter((name) => seen.get(name) !== expectedChecks[name])
  return [
    ...wrong.map(
      (name) =>
        `${name} is ${seen.get(name) ?? 'missing'}, expected ${expectedChecks[name] ?? 'nothing'}`,
    ),
    ...gitHub.violations.map((violation) => `GitHub would object: ${violation}`),
  ]
}
