/**
 * The commands about the GitHub App and what Sluice needs: `setup` makes it, `doctor` examines it. Each
 * resolves to the exit code.
 */
import { access, chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { DoctorOptions, SetupOptions } from './cli/wiring.ts'
import { systemClock } from './clock.ts'
import { firstSignal, type Terminal } from './commands.ts'
import { examine, exitCodeOf } from './doctor/doctor.ts'
import type { Finding } from './doctor/finding.ts'
import type { DatabaseState, DoctorParts } from './doctor/parts.ts'
import { jsonReport, textReport } from './doctor/report.ts'
import { addressesOf } from './github/addresses.ts'
import { createRest } from './github/rest.ts'
import { isLoopback } from './model/loopback.ts'
import type { Executor } from './ports/executor.ts'
import type { AskGitHub } from './ports/github-rest.ts'
import type { Log } from './ports/log.ts'
import {
  type AppSettings,
  type Enterprise,
  environment,
  readSetupSettings,
  readSoundSettings,
  type Settings,
} from './settings.ts'
import { SetupFailed } from './setup/failure.ts'
import { type Manifest, readManifest } from './setup/manifest.ts'
import { runSetup } from './setup/setup.ts'
import { executorOf, unisolatedOk } from './sluice.ts'
import { startEmbedded } from './store/embedded/embedded.ts'
import { DatabaseNotMigrated, requireMigrated } from './store/migrate.ts'

const exitCodes = { done: 0, notDone: 1, wrongSettings: 2, broken: 3 } as const
const requestTimeoutMs = 15_000

/** `sluice setup`: until the App is made, an hour is over, or a signal ends it. */
export async function runSetupCommand(options: SetupOptions, terminal: Terminal): Promise<number> {
  const { url, org, file, listen } = options
  const from = environment(process.cwd())
  const read = readSetupSettings({ ...from, ...(url !== null && { SLUICE_PUBLIC_URL: url }) })
  if (!read.ok) {
    for (const mistake of read.problem) terminal.err(mistake)
    terminal.err('--url takes the place of SLUICE_PUBLIC_URL')
    return exitCodes.wrongSettings
  }
  const { publicUrl, enterprise } = read.value
  if (!enterprise && isLoopback(new URL(publicUrl).hostname)) {
    terminal.err(
      `${publicUrl} leads to this machine only, and GitHub delivers to no such address: give a public one with --url, a tunnel's to try it`,
    )
    return exitCodes.wrongSettings
  }
  try {
    const made = await runSetup({
      manifest: await ownManifest(),
      publicUrl,
      organization: org,
      enterprise,
      file: resolve(file ?? '.env'),
      listen: listen ?? { host: '127.0.0.1', port: 0 },
      ask: askGitHub(enterprise),
      clock: systemClock,
      out: terminal.out,
      signal: firstSignal(),
    })
    if (made && from['APP_ID'] !== undefined)
      terminal.err(
        'APP_ID is set in the environment too, which wins over the file: take it away there',
      )
    return made ? exitCodes.done : exitCodes.notDone
  } catch (error) {
    if (!(error instanceof SetupFailed)) throw error
    terminal.err(`sluice: ${error.message}`)
    return error.refused ? exitCodes.notDone : exitCodes.broken
  }
}

/** `sluice doctor`: tells what is wrong with the settings at hand and all that they name. */
export async function runDoctorCommand(
  { json, ping }: DoctorOptions,
  terminal: Terminal,
): Promise<number> {
  const read = readSoundSettings(environment(process.cwd()))
  const findings = await withFolder((folder) => examineWith(read, ping, folder))
  const report = json ? jsonReport : textReport
  for (const line of report(findings, secretsIn(read))) terminal.out(line)
  return exitCodeOf(findings)
}

type SoundSettings = ReturnType<typeof readSoundSettings>

/** `folder`: takes the place of a data directory that is not made yet, and must not be made by looking. */
async function examineWith(
  read: SoundSettings,
  ping: boolean,
  folder: string,
): Promise<readonly Finding[]> {
  const { settings } = read
  const dataDirectory = (await exists(settings.dataDirectory)) ? settings.dataDirectory : folder
  const executor = await executorOf({ ...settings, dataDirectory }, silent)
  try {
    return await examine({ ...(await doctorParts(read, executor)), ping })
  } finally {
    await executor.close()
  }
}

async function doctorParts(
  { settings, app, mistakes }: SoundSettings,
  executor: Executor,
): Promise<Omit<DoctorParts, 'ping'>> {
  const { dataDirectory, enterprise, publicUrl } = settings
  return {
    needs: await ownManifest(),
    mistakes,
    app,
    publicUrl,
    hasSecretsKey: settings.secretsKey !== null,
    web: addressesOf(enterprise?.host ?? null, enterprise?.protocol ?? 'https').web,
    dataDirectory,
    database: () => databaseState(settings),
    executor,
    unisolatedOk: unisolatedOk(settings),
    ask: askGitHub(enterprise),
    clock: systemClock,
  }
}

async function databaseState({ databaseUrl, dataDirectory }: Settings): Promise<DatabaseState> {
  try {
    if (databaseUrl !== null) {
      await requireMigrated({ connectionString: databaseUrl })
      return { kind: 'ready', what: 'the database of DATABASE_URL' }
    }
    if (!(await exists(join(dataDirectory, 'postgresql', 'data')))) return { kind: 'not-made' }
    const embedded = await startEmbedded({ dataDir: dataDirectory, log: silent })
    try {
      await requireMigrated(embedded.connection)
      return { kind: 'ready', what: `the embedded PostgreSQL ${embedded.version}` }
    } finally {
      await embedded.stop()
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { kind: error instanceof DatabaseNotMigrated ? 'not-migrated' : 'failed', message }
  }
}

/** Nothing that is told may hold one of these. */
function secretsIn({ settings, app }: SoundSettings): readonly string[] {
  const { databaseUrl, secretsKey, orbs } = settings
  const password = URL.parse(databaseUrl ?? '')?.password ?? ''
  const secrets: readonly (string | null | undefined)[] = [
    ...appSecrets(app),
    databaseUrl,
    password,
    secretsKey && Buffer.from(secretsKey).toString('base64'),
    orbs.token,
  ]
  return secrets.filter((one) => typeof one === 'string' && one !== '').map(String)
}

const appSecrets = (app: AppSettings | null) => [
  app?.privateKey,
  app?.webhookSecret,
  app?.clientSecret,
]

async function ownManifest(): Promise<Manifest> {
  return readManifest(await readFile(new URL('../app.yml', import.meta.url), 'utf8'))
}

const askGitHub = (enterprise: Enterprise | null): AskGitHub =>
  createRest({
    gheHost: enterprise?.host ?? null,
    gheProtocol: enterprise?.protocol ?? 'https',
    requestTimeoutMs,
  })

/** The terminal belongs to the report. */
const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

async function withFolder<Answer>(use: (folder: string) => Promise<Answer>): Promise<Answer> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-doctor-'))
  try {
    // As a data directory is: jobs run as somebody else, who must get through.
    await chmod(folder, 0o711)
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
