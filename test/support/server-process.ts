import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import type { StandIn } from '../../src/demo/stand-in/stand-in.ts'

export const main = resolve(import.meta.dirname, '../../src/main.ts')

/** The settings of an App of this GitHub, for jobs that run on this machine. */
export const appEnvironment = (
  { app, host }: StandIn,
  dataDirectory: string,
): Readonly<Record<string, string>> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: dataDirectory,
  APP_ID: String(app.appId),
  PRIVATE_KEY: app.privateKey,
  WEBHOOK_SECRET: app.webhookSecret,
  GHE_HOST: host,
  GHE_PROTOCOL: 'http',
  SLUICE_DATA_DIR: dataDirectory,
  SLUICE_EXECUTOR: 'local',
  SLUICE_CONCURRENCY: '4',
})

/**
 * `sluice serve`, or whatever `words` say, as a process of its own, to be killed and started again on
 * the same data and port.
 */
export class ServerProcess {
  readonly #environment: NodeJS.ProcessEnv
  readonly #words: readonly string[]
  #child: ChildProcess | null = null
  #port = 0
  /** Everything it wrote, over all starts. */
  output = ''

  constructor(
    standIn: StandIn,
    dataDirectory: string,
    more: Readonly<Record<string, string>> = {},
    words: readonly string[] = ['serve'],
  ) {
    this.#environment = { ...appEnvironment(standIn, dataDirectory), ...more }
    this.#words = words
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  /** Of its last end; null while it runs, and when a signal ended it. */
  get exitCode(): number | null {
    return this.#child?.exitCode ?? null
  }

  /** Resolves when it says that it listens, or works. */
  async start(): Promise<void> {
    const environment = { ...this.#environment, PORT: String(this.#port) }
    const child = spawn(process.execPath, [main, ...this.#words], { env: environment })
    this.#child = child
    const listening = new Promise<string>((resolvePort, reject) => {
      const collect = (bytes: Buffer) => {
        this.output += bytes.toString()
        const said = /sluice (?:works|listening on http:\/\/127\.0\.0\.1:(\d+))/.exec(
          bytes.toString(),
        )
        if (said) resolvePort(said[1] ?? '0')
      }
      child.stdout.on('data', collect)
      child.stderr.on('data', collect)
      child.on('exit', (code) =>
        reject(
          new Error(`${this.#words.join(' ')} ended with ${code}: ${this.output.slice(-2000)}`),
        ),
      )
    })
    this.#port = Number(await listening)
  }

  /** Nothing is finished, flushed or said good-bye to. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM')
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    child.kill(signal)
    await once(child, 'exit')
  }
}
