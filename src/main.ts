/**
 * Reads the command line and hands it to the command. Whatever a command does not need is not loaded:
 * `sluice validate` must not wait for the server to be read.
 */
import { readFileSync } from 'node:fs'
import { runCli } from './cli/cli.ts'
import { processIo } from './cli/process-io.ts'
import { readSecret } from './cli/read-secret.ts'
import { vmRegex } from './cli/regex.ts'
import type { Wiring } from './cli/wiring.ts'
import type { Orbs } from './ports/orbs.ts'

/** One for the whole call, so that files which use the same orb fetch it once. */
let orbs: Promise<Orbs> | null = null
const io = processIo(vmRegex(), ({ offline }) => {
  orbs ??= import('./local-orbs.ts').then(({ localOrbs }) =>
    localOrbs({ offline, complain: (line) => io.stderr(line) }),
  )
  return orbs
})
const terminal = { out: io.stdout, err: io.stderr }
const commands = () => import('./commands.ts')

const wiring: Wiring = {
  version: versionOf(readFileSync(new URL('../package.json', import.meta.url), 'utf8')),
  io,
  payloadFacts: async (payload) => (await import('./payload-facts.ts')).payloadFacts(payload),
  serve: async ({ workers }) => (await commands()).runServe(workers, terminal),
  work: async () => (await commands()).runWork(terminal),
  migrate: async () => (await commands()).runMigrate(terminal),
  readSecret: (name) => readSecret(process.stdin, (text) => process.stderr.write(text), name),
  secret: async (request) => (await commands()).runSecret(request, terminal),
  token: async (request) => (await commands()).runToken(request, terminal),
  block: async (request) => (await commands()).runBlock(request, terminal),
  remote: async (given) => (await import('./remote.ts')).remoteFor(given),
  demo: async ({ once }) => (await commands()).runDemoCommand(once, terminal),
  setup: async (options) => (await import('./app-commands.ts')).runSetupCommand(options, terminal),
  doctor: async (options) =>
    (await import('./app-commands.ts')).runDoctorCommand(options, terminal),
}

function versionOf(manifest: string): string {
  const parsed: unknown = JSON.parse(manifest)
  return typeof parsed === 'object' && parsed && 'version' in parsed ? String(parsed.version) : ''
}

// Not `process.exit`: what was written to a pipe must still get there.
process.exitCode = await runCli(process.argv.slice(2), wiring)
