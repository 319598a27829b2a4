import { GitHubUnavailable } from '../ports/github.ts'
import type { AskGitHub, RestAnswer } from '../ports/github-rest.ts'
import { deliveriesFinding } from './deliveries.ts'
import { type Finding, fine, problem, unknown } from './finding.ts'
import { installationFindings } from './installations.ts'
import { textIn } from './json.ts'
import { appJwt } from './jwt.ts'
import type { AppKey, DoctorParts } from './parts.ts'
import { permissionFindings } from './permissions.ts'
import { pingFindings } from './ping.ts'
import { type RegisteredApp, registeredApp } from './registered.ts'
import { refused } from './round.ts'
import { webhookFindings } from './webhook.ts'

/** What GitHub knows about the App, asked with the App's own key. */
export async function gitHubFindings(parts: DoctorParts): Promise<readonly Finding[]> {
  const { app, web, ask } = parts
  if (!app)
    return [unknown('app', 'without APP_ID and a private key GitHub cannot be asked', setUp)]
  const findings: Finding[] = []
  try {
    const met = await meet(parts, app)
    findings.push(...met.findings)
    if (!met.app) return findings
    const asApp = (path: string, method: 'GET' | 'POST' = 'GET') =>
      ask({ method, path, token: met.token() })
    const round = { ...parts, registered: met.app, asApp }
    findings.push(...permissionFindings(round))
    findings.push(...(await webhookFindings(round)))
    findings.push(...(await pingFindings(round)))
    findings.push(await deliveriesFinding(round))
    findings.push(...(await installationFindings(round)))
  } catch (error) {
    if (!(error instanceof GitHubUnavailable)) throw error
    const action = `see that this machine reaches ${web} and its API: name, proxy, firewall, GHE_HOST; then ask again`
    findings.push(unknown('github', `GitHub did not answer: ${error.message}`, action))
  }
  return findings
}

interface Met {
  readonly findings: readonly Finding[]
  /** Null: GitHub does not take us for an App. */
  readonly app: RegisteredApp | null
  /** A fresh proof by GitHub's clock. */
  readonly token: () => string
}

/** Introduces us, if need be with GitHub's clock in the place of ours. */
async function meet({ ask, clock, web }: DoctorParts, app: AppKey): Promise<Met> {
  const first = await greet(ask, appJwt(app, clock.now()))
  const ahead = first.time === null ? 0 : clock.now() - first.time
  const token = () => appJwt(app, clock.now() - ahead)
  const answer = first.status === 401 ? await greet(ask, token()) : first
  const findings = [clockFinding(ahead, first), appFinding(answer, app, web)]
  return { findings, app: answer.status === 200 ? registeredApp(answer.body, web) : null, token }
}

const greet = (ask: AskGitHub, token: string): Promise<RestAnswer> =>
  ask({ method: 'GET', path: '/app', token })

/** GitHub takes proofs that are a minute off; theirs has whole seconds. */
const noticeableMs = 5_000

function clockFinding(ahead: number, { time }: RestAnswer): Finding {
  if (time === null) return unknown('clock', 'GitHub did not tell the time', 'ask again')
  const seconds = Math.round(Math.abs(ahead) / 1000)
  if (Math.abs(ahead) < noticeableMs)
    return fine('clock', 'this machine and GitHub agree on the time')
  const message = `this machine's clock is ${seconds} s ${ahead > 0 ? 'ahead of' : 'behind'} GitHub's, which refuses the App's proofs when they differ by a minute`
  return problem('clock', message, 'set the clock by NTP, e.g. with `timedatectl set-ntp true`')
}

function appFinding({ status, body }: RestAnswer, { appId }: AppKey, web: string): Finding {
  if (status === 200)
    return fine(
      'app',
      `GitHub knows the App ${textIn(body, 'name') ?? ''} (${appId}) and takes its key`,
    )
  const apps = `${web}/settings/apps (or the organization's Developer settings)`
  if (status === 401)
    return problem(
      'app',
      `GitHub does not take the key for the App ${appId}: it is another App's, or was deleted`,
      `compare APP_ID with the App's page at ${apps}; there make a new private key, and put it into PRIVATE_KEY`,
    )
  if (status === 404)
    return problem(
      'app',
      `GitHub knows no App ${appId}: it was deleted, or lives on another server`,
      `compare APP_ID, and GHE_HOST, with the App's page at ${apps}, or make a new one with \`sluice setup\``,
    )
  return refused('app', { status, body, time: null })
}

const setUp = '`sluice setup` makes an App and writes its settings'
