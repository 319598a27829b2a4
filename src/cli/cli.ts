/**
 * The commands, in the order in which `--help` shows them. What a command runs is loaded when it runs, so
 * that `sluice validate` does not wait for the server to be read.
 */
import { Command, CommanderError, Option } from 'commander'
import { type GraphFormat, graphFormats } from '../graph/formats.ts'
import { exitCodes } from './config-io.ts'
import { broken, failureText, WrongCall } from './failure.ts'
import { addPlanFlags, type PlanFlags } from './plan-flags.ts'
import { addSecretCommands } from './secret.ts'
import { addBlockCommands, addTokenCommands } from './token.ts'
import { addTriggerCommand } from './trigger-command.ts'
import { hostAndPort, login, wholeNumber } from './values.ts'
import type { DoctorOptions, SetupOptions, Wiring } from './wiring.ts'

/** Runs the command that `words` (without program and script) ask for. Resolves to the exit code. */
export async function runCli(words: readonly string[], wiring: Wiring): Promise<number> {
  const ended: Promise<number>[] = []
  const program = programOf(wiring, (code) => ended.push(code))
  try {
    await program.parseAsync(words, { from: 'user' })
    return (await ended[0]) ?? exitCodes.yes
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitCodes.yes : exitCodes.usage
    wiring.io.stderr(failureText(error))
    return error instanceof WrongCall ? exitCodes.usage : broken
  }
}

type Run = (code: Promise<number>) => void

function programOf(wiring: Wiring, run: Run): Command {
  const program = new Command('sluice')
    .description('Runs CircleCI-style workflows for GitHub and reports every job as a check.')
    .version(wiring.version, '--version', 'print the version')
    .option('--no-color', 'never colour the output')
    .helpOption('--help', 'say what a command does and which flags it takes')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => wiring.io.stdout(text.trimEnd()),
      writeErr: (text) => wiring.io.stderr(text.trimEnd()),
    })
    .showSuggestionAfterError()
  addConfigCommands(program, wiring, run)
  addAppCommands(program, wiring, run)
  addProgramCommands(program, wiring, run)
  return program
}

function addConfigCommands(program: Command, wiring: Wiring, run: Run): void {
  program
    .command('validate')
    .description('tell every mistake in configs, without the network')
    .argument('[file...]', 'configs; - is standard input (default: .circleci/config.yml)')
    .option('--json', 'one JSON object a diagnostic')
    .action((files: readonly string[], { json = false }: { readonly json?: boolean }) => {
      run(import('./validate.ts').then(({ validate }) => validate(files, { json }, wiring.io)))
    })
  addPlanFlags(
    program
      .command('plan')
      .description('tell which workflows and jobs an event selects, and why the others do not run')
      .argument('[file...]', 'configs; - is standard input (default: .circleci/config.yml)'),
  )
    .option('--json', 'one JSON object a file, a line')
    .action((files: readonly string[], flags: PlanFlags & { readonly json?: boolean }) => {
      run(planned(files, flags, wiring))
    })
  addPlanFlags(
    program
      .command('graph')
      .description('draw the jobs that an event starts, and what they wait for')
      .argument('[file]', 'a config; - is standard input (default: .circleci/config.yml)')
      .addOption(
        new Option('--format <name>', 'how it is drawn').choices(graphFormats).default('mermaid'),
      )
      .option('--workflow <name>', 'only this workflow'),
  ).action((file: string | undefined, flags: GraphFlags) => {
    run(drawn(file ?? null, flags, wiring))
  })
  addPlanFlags(
    program
      .command('process')
      .description('print the version-2 config that a config stands for, orbs and all')
      .argument('[file]', 'a config; - is standard input (default: .circleci/config.yml)'),
  ).action((file: string | undefined, flags: PlanFlags) => {
    run(processed(file ?? null, flags, wiring))
  })
  program
    .command('explain')
    .description('tell what a diagnostic means, with a wrong and a right example')
    .argument('[code]', 'such as unknown-job (default: list all of them)')
    .action((code: string | undefined) => {
      run(import('./explain/explain.ts').then(({ explain }) => explain(code ?? null, wiring.io)))
    })
}

async function planned(
  files: readonly string[],
  { json = false, ...flags }: PlanFlags & { readonly json?: boolean },
  wiring: Wiring,
): Promise<number> {
  const [{ plan }, { eventOptions }] = await Promise.all([
    import('./plan.ts'),
    import('./plan-options.ts'),
  ])
  return plan(files, { ...(await eventOptions(flags, wiring)), json }, wiring.io)
}

async function processed(file: string | null, flags: PlanFlags, wiring: Wiring): Promise<number> {
  const [{ process }, { eventOptions }] = await Promise.all([
    import('./process.ts'),
    import('./plan-options.ts'),
  ])
  return process(file, await eventOptions(flags, wiring), wiring.io)
}

interface GraphFlags extends PlanFlags {
  readonly format: GraphFormat
  readonly workflow?: string | null
}

async function drawn(
  file: string | null,
  { format, workflow = null, ...flags }: GraphFlags,
  wiring: Wiring,
): Promise<number> {
  const [{ graph }, { eventOptions }] = await Promise.all([
    import('./graph.ts'),
    import('./plan-options.ts'),
  ])
  return graph(file, { ...(await eventOptions(flags, wiring)), format, workflow }, wiring.io)
}

function addProgramCommands(program: Command, wiring: Wiring, run: Run): void {
  program
    .command('serve')
    .description('take webhooks, show pages, decide and run jobs, all in this process')
    .option('--workers <n>', 'jobs at once in this process, 0 for none', wholeNumber)
    .action(({ workers = null }: { readonly workers?: number | null }) => {
      run(wiring.serve({ workers }))
    })
  program
    .command('work')
    .description('run jobs for a server that uses the same database and data directory')
    .action(() => run(wiring.work()))
  program
    .command('migrate')
    .description('bring the database up to date')
    .action(() => run(wiring.migrate()))
  addSecretCommands(program, wiring, run)
  addTokenCommands(program, wiring, run)
  addBlockCommands(program, wiring, run)
  addTriggerCommand(program, wiring, run)
  program
    .command('demo')
    .description('show a push becoming checks, with a GitHub in small on this machine')
    .option('--once', 'approve and re-run by itself, end when all checks have ended')
    .action(({ once = false }: { readonly once?: boolean }) => run(wiring.demo({ once })))
}

function addAppCommands(program: Command, wiring: Wiring, run: Run): void {
  program
    .command('setup')
    .description('make the GitHub App in a browser and write its settings')
    .option('--url <url>', 'where GitHub will reach Sluice (default: SLUICE_PUBLIC_URL)')
    .option('--org <name>', 'the organization that will own the App (default: you)', login)
    .option('--file <path>', 'where the settings go; never overwritten (default: .env)')
    .option(
      '--listen <host:port>',
      'where the page is served (default: 127.0.0.1, any free port)',
      hostAndPort,
    )
    .action(({ url = null, org = null, file = null, listen = null }: Partial<SetupOptions>) => {
      run(wiring.setup({ url, org, file, listen }))
    })
  program
    .command('doctor')
    .description('examine App, webhook, database, executor and this machine, and say what to do')
    .option('--json', 'one JSON object a finding, a line')
    .option('--ping', 'have GitHub repeat the ping of the webhook, and wait for its answer')
    .action(({ json = false, ping = false }: Partial<DoctorOptions>) => {
      run(wiring.doctor({ json, ping }))
    })
}
