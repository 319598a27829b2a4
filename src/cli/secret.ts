import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Restriction, SecretScope } from '../ports/secrets.ts'
import { WrongCall } from './failure.ts'
import type { SecretRequest } from './secret-request.ts'
import { type ProjectName, project } from './values.ts'
import type { Wiring } from './wiring.ts'

type Run = (code: Promise<number>) => void

interface ScopeFlags {
  readonly project?: ProjectName
  readonly context?: string
  readonly org?: string
}

/** `sluice secret …`: what jobs are given in confidence. */
export function addSecretCommands(program: Command, wiring: Wiring, run: Run): void {
  const secret = program
    .command('secret')
    .description('keep secrets for the jobs of a project, or of all projects that name a context')
  const act = (request: SecretRequest) => run(wiring.secret(request))
  addScope(
    secret
      .command('set')
      .description('store a secret; its value is asked for, or read from standard input')
      .argument('<name>', 'of the variable', variableName),
  ).action((name: string, flags: ScopeFlags) => run(set(name, flags, wiring)))
  addScope(
    secret.command('list').description('tell the names of the secrets, never their values'),
  ).action((flags: ScopeFlags) => act({ kind: 'list', scope: scopeOf(flags) }))
  addScope(
    secret
      .command('delete')
      .description('forget a secret')
      .argument('[name]', 'of the variable')
      .option('--all', 'all of them, and the context itself'),
  ).action((name: string | undefined, { all = false, ...flags }: ScopeFlags & All) => {
    if ((name === undefined) !== all) throw new WrongCall('give the name of a secret, or --all')
    act({ kind: 'delete', scope: scopeOf(flags), name: name ?? null })
  })
  addRestrict(secret, act)
  secret
    .command('rotate')
    .description(
      'encrypt with the key in SLUICE_SECRETS_KEY what the one in SLUICE_SECRETS_KEY_OLD opens',
    )
    .option('--old-key-file <file>', 'holds the old key, instead of SLUICE_SECRETS_KEY_OLD')
    .action(({ oldKeyFile = null }: { readonly oldKeyFile?: string | null }) => {
      act({ kind: 'rotate', oldKeyFile })
    })
}

interface All {
  readonly all?: boolean
}

const addScope = (command: Command): Command =>
  addContext(command.option('--project <owner/repo>', 'for the jobs of this repository', project))

const addContext = (command: Command): Command =>
  command
    .option('--context <name>', 'for the jobs that name this context', contextName)
    .option('--org <owner>', 'the account on GitHub that the context is for', account)

interface RestrictFlags extends ScopeFlags {
  readonly team?: readonly string[]
  readonly role?: 'write' | 'maintain' | 'admin'
  readonly none?: boolean
}

function addRestrict(secret: Command, act: (request: SecretRequest) => void): void {
  addContext(
    secret
      .command('restrict')
      .description('say who may use a context; who meets one of several restrictions may')
      .option('--team <slug>', 'members of this team of the account (repeatable)', repeated)
      .addOption(
        new Option('--role <role>', 'who has at least this role in the repository').choices([
          'write',
          'maintain',
          'admin',
        ]),
      )
      .option('--none', 'everybody'),
  ).action(({ team = [], role, none = false, ...flags }: RestrictFlags) => {
    const restrictions: readonly Restriction[] = [
      ...team.map((slug) => ({ kind: 'team', slug }) as const),
      ...(role ? [{ kind: 'role', least: role } as const] : []),
    ]
    if (none === restrictions.length > 0)
      throw new WrongCall('give --team, --role or both, or --none')
    act({ kind: 'restrict', scope: scopeOf(flags), restrictions })
  })
}

/** The value is read before the database is opened: somebody may take long to type it. */
async function set(name: string, flags: ScopeFlags, wiring: Wiring): Promise<number> {
  const scope = scopeOf(flags)
  return wiring.secret({ kind: 'set', scope, name, value: await wiring.readSecret(name) })
}

function scopeOf({ project: named, context, org }: ScopeFlags): SecretScope {
  if (named && !context && !org) return { kind: 'project', ...named }
  if (!named && context && org) return { kind: 'context', owner: org, name: context }
  throw new WrongCall('say what it is for: --project OWNER/REPO, or --context NAME --org OWNER')
}

function account(text: string): string {
  if (/^[\w.-]{1,100}$/.test(text)) return text
  throw new InvalidArgumentError('Expected the name of an account on GitHub.')
}

function contextName(text: string): string {
  if (/^[^\p{C}]{1,256}$/u.test(text)) return text
  throw new InvalidArgumentError('Expected a name of at most 256 letters.')
}

function variableName(text: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]{0,255}$/.test(text)) return text
  throw new InvalidArgumentError(
    'Expected letters, digits and _, not beginning with a digit. The value does not belong here: it is read from standard input.',
  )
}

const slugShape = /^[\w.-]{1,100}$/

function repeated(text: string, before: readonly string[] = []): readonly string[] {
  if (slugShape.test(text)) return [...before, text]
  throw new InvalidArgumentError('Expected the slug of a team, as it stands in its URL.')
}
