import { type Command, InvalidArgumentError, Option } from 'commander'
import type { BlockScope } from '../model/block.ts'
import type { TokenRole } from '../ports/tokens.ts'
import { WrongCall } from './failure.ts'
import { login, type ProjectName, project } from './values.ts'
import type { Wiring } from './wiring.ts'

type Run = (code: Promise<number>) => void

interface CreateFlags {
  readonly role: TokenRole
  readonly project?: ProjectName | null
  readonly person?: string | null
}

/** `sluice token …`: who may use the API. */
export function addTokenCommands(program: Command, wiring: Wiring, run: Run): void {
  const token = program.command('token').description('make and revoke tokens for the API')
  token
    .command('create')
    .description('make a token and print it, this once')
    .argument('<name>', 'what to call it', tokenName)
    .addOption(
      new Option(
        '--role <role>',
        'read; operate: trigger, cancel and re-run too; approve: that, and approvals',
      )
        .choices(['read', 'operate', 'approve'])
        .default('read'),
    )
    .option('--project <owner/repo>', 'good for this repository only', project)
    .option('--person <login>', 'acts as this person of GitHub, with the rights at use', login)
    .action((name: string, { role, project: only = null, person = null }: CreateFlags) => {
      if (role === 'approve' && person === null)
        throw new WrongCall('an approval is a person’s: give --person with --role approve')
      run(wiring.token({ kind: 'create', name, role, project: only, person }))
    })
  token
    .command('list')
    .description('tell the names, roles and last uses, never the tokens')
    .action(() => run(wiring.token({ kind: 'list' })))
  token
    .command('revoke')
    .description('make a token good for nothing')
    .argument('<name>', 'what it is called', tokenName)
    .action((name: string) => run(wiring.token({ kind: 'revoke', name })))
}

interface ScopeFlags {
  readonly project?: ProjectName
  readonly org?: string
  readonly server?: boolean
}

/** `sluice block`, `sluice unblock`: whether new work may begin. */
export function addBlockCommands(program: Command, wiring: Wiring, run: Run): void {
  addScope(
    program
      .command('block')
      .description('let no pipeline and no re-run begin; what runs goes on (alone: tell where)'),
  )
    .addOption(
      new Option('--reason <text>', 'what people read on their checks')
        .argParser(reason)
        .default('', 'none'),
    )
    .action(({ reason: why, ...flags }: ScopeFlags & { readonly reason: string }) => {
      const scope = scopeOf(flags)
      run(wiring.block(scope ? { kind: 'block', scope, reason: why } : { kind: 'list' }))
    })
  addScope(
    program.command('unblock').description('let new work begin again; nothing begins by itself'),
  ).action((flags: ScopeFlags) => {
    const scope = scopeOf(flags)
    if (!scope) throw new WrongCall('say where: --project OWNER/REPO, --org OWNER or --server')
    run(wiring.block({ kind: 'unblock', scope }))
  })
}

const addScope = (command: Command): Command =>
  command
    .option('--project <owner/repo>', 'for this repository', project)
    .option('--org <owner>', 'for all repositories of this account', login)
    .option('--server', 'for every repository')

/** Null: none was given. */
function scopeOf({ project: one, org, server = false }: ScopeFlags): BlockScope | null {
  const scopes: readonly BlockScope[] = [
    ...(one ? [{ kind: 'project', ...one } as const] : []),
    ...(org === undefined ? [] : [{ kind: 'owner', owner: org } as const]),
    ...(server ? [{ kind: 'server' } as const] : []),
  ]
  if (scopes.length > 1) throw new WrongCall('give one of --project, --org and --server')
  return scopes[0] ?? null
}

function tokenName(text: string): string {
  if (/^[\w.-]{1,60}$/.test(text)) return text
  throw new InvalidArgumentError('Expected at most 60 letters, digits, dots, - and _.')
}

function reason(text: string): string {
  if (/^[^\p{Cc}]{0,500}$/u.test(text)) return text
  throw new InvalidArgumentError('Expected a line of at most 500 characters.')
}
