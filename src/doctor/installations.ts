import { type Finding, fine, problem, warning } from './finding.ts'
import { field, listIn, numberIn, textIn, textsIn } from './json.ts'
import { lacking } from './permissions.ts'
import { type Round, refused } from './round.ts'

/** Each costs three requests; whoever has more knows how to ask GitHub. */
const looksInto = 20

/** Where the App is installed, what it may do there, and how many requests are left. */
export async function installationFindings(round: Round): Promise<readonly Finding[]> {
  const answer = await round.asApp('/app/installations?per_page=100')
  if (answer.status !== 200) return [refused('installations', answer)]
  const all = listIn(answer.body).map((item) => installationIn(item, round.web))
  if (all.length === 0)
    return [
      warning(
        'installations',
        'the App is installed nowhere: it hears of no push',
        `install it on ${round.registered.pages.install}`,
      ),
    ]
  const looked = await Promise.all(all.slice(0, looksInto).map((one) => lookInto(round, one)))
  const wrong = looked.flatMap(({ findings }) => findings)
  const repositories = looked.reduce((sum, one) => sum + one.repositories, 0)
  const some = all.length > looksInto ? ` of the first ${looksInto}` : ''
  const many = countOf(all.length)
  const seen = repositories === 1 ? '1 repository' : `${repositories} repositories`
  return [
    ...wrong,
    fine('installations', `${many}, ${seen}${some}`),
    ...looked.flatMap(({ rate }) => rate),
  ]
}

const countOf = (installations: number): string =>
  installations === 1
    ? '1 installation'
    : `${installations === 100 ? '100 or more' : installations} installations`

interface Installation {
  readonly id: number
  readonly account: string
  readonly page: string
  readonly suspended: boolean
  readonly permissions: Readonly<Record<string, string>>
}

function installationIn(item: unknown, web: string): Installation {
  const id = numberIn(item, 'id') ?? 0
  const account = field(item, 'account')
  const page = textIn(item, 'html_url') ?? ''
  return {
    id,
    account: textIn(account, 'login') ?? textIn(account, 'slug') ?? '?',
    page: page.startsWith(`${web}/`) ? page : `${web}/settings/installations/${id}`,
    suspended: field(item, 'suspended_at') !== null,
    permissions: textsIn(field(item, 'permissions')),
  }
}

interface Look {
  readonly findings: readonly Finding[]
  readonly repositories: number
  readonly rate: readonly Finding[]
}

async function lookInto(round: Round, installation: Installation): Promise<Look> {
  const { account, page, suspended } = installation
  if (suspended) {
    const action = `unsuspend it on ${page}, or leave it so if that is meant`
    const message = `the installation of ${account} is suspended: nothing there reaches Sluice`
    return { findings: [warning('installations', message, action)], repositories: 0, rate: [] }
  }
  const granted = await round.asApp(`/app/installations/${installation.id}/access_tokens`, 'POST')
  const token = textIn(granted.body, 'token')
  if (token === null)
    return { findings: [refused('installations', granted)], repositories: 0, rate: [] }
  const asInstallation = (path: string) => round.ask({ method: 'GET', path, token })
  const [repositories, rate] = await Promise.all([
    asInstallation('/installation/repositories?per_page=1'),
    asInstallation('/rate_limit'),
  ])
  return {
    findings: behind(round, installation),
    repositories: numberIn(repositories.body, 'total_count') ?? 0,
    rate: [rateFinding(account, rate.body)],
  }
}

/** What the App asks for now, an installation grants only when its owner has accepted. */
function behind(
  { needs }: Round,
  { account, page, permissions }: Installation,
): readonly Finding[] {
  const missing = lacking(permissions, needs.permissions)
  if (missing.length === 0) return []
  const message = `the installation of ${account} does not grant ${missing.join(', ')}`
  const action = `its owner accepts the new permissions on ${page}`
  return [problem('installations', message, action)]
}

function rateFinding(account: string, body: unknown): Finding {
  const core = field(field(body, 'resources'), 'core')
  const [limit, remaining] = [numberIn(core, 'limit'), numberIn(core, 'remaining')]
  const check = 'rate-limit'
  // Enterprise servers have none unless their owner sets one, and then answer 404.
  if (limit === null || remaining === null)
    return fine(check, `${account}: GitHub tells of no limit`)
  const message = `${account}: ${remaining} of ${limit} requests are left in this hour`
  return remaining < limit / 10
    ? warning(check, message, 'wait; should that come again, install the App on fewer repositories')
    : fine(check, message)
}
