import { type Command, Option } from 'commander'
import { WrongCall } from './failure.ts'
import { type ProjectName, pair, project, server } from './values.ts'
import type { Wiring } from './wiring.ts'

interface Flags {
  readonly branch?: string | null
  readonly tag?: string | null
  readonly param: Readonly<Record<string, string>>
  readonly server?: string | null
  readonly token?: string | null
  readonly wait?: boolean
}

/** `sluice trigger`: a pipeline on demand, over the API of a server. */
export function addTriggerCommand(
  program: Command,
  wiring: Wiring,
  run: (code: Promise<number>) => void,
): void {
  program
    .command('trigger')
    .description('begin a pipeline at the head of a branch or tag, on a server that runs')
    .argument('<owner/repo>', 'the repository', project)
    .option('--branch <name>', 'at its head (default: the default branch)')
    .option('--tag <name>', 'at its commit')
    .addOption(
      new Option('--param <K=V>', 'a pipeline parameter; may be repeated')
        .argParser(pair)
        .default({}, 'none'),
    )
    .option(
      '--server <url>',
      'where Sluice is (default: SLUICE_PUBLIC_URL, else this machine)',
      server,
    )
    .option('--token <token>', 'a token of the API (default: SLUICE_TOKEN, which nobody else sees)')
    .option('--wait', 'stay until it has ended; exit code 1 if it failed')
    .action((one: ProjectName, flags: Flags) => run(begin(one, flags, wiring)))
}

async function begin({ owner, name }: ProjectName, flags: Flags, wiring: Wiring): Promise<number> {
  const { branch = null, tag = null, param, wait = false } = flags
  if (branch !== null && tag !== null) throw new WrongCall('give --branch or --tag, not both')
  const { server: url = null, token = null } = flags
  const remote = await wiring.remote({ server: url, token })
  const { trigger } = await import('./trigger.ts')
  return trigger({ owner, name, branch, tag, parameters: param, wait }, remote, wiring.io)
}
