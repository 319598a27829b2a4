import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type StandIn, startStandIn } from '../../src/demo/stand-in/stand-in.ts'
import type { Run } from '../../src/demo/stand-in/world.ts'
import { WorkingCopy } from '../../src/demo/working-copy.ts'
import { type Postgres, startPostgres } from './postgres.ts'
import { ServerProcess } from './server-process.ts'
import { checksOf } from './system.ts'

/** GitHub and people in this process; Sluice in processes of its own, on one data directory. */
export interface Stage extends AsyncDisposable {
  readonly gitHub: StandIn
  /** Removed at the end; `data` in it is Sluice's. */
  readonly directory: string
  /** Starts `sluice serve`; webhooks go there from now on. Stopped at the end. */
  serve(more?: Readonly<Record<string, string>>, ...words: string[]): Promise<ServerProcess>
  /** Starts `sluice work`. Stopped at the end. */
  work(more: Readonly<Record<string, string>>): Promise<ServerProcess>
  /** A throwaway PostgreSQL of the system. */
  postgres(bin: string): Promise<Postgres>
  /** A new repository of `acme`, with a working copy whose pushes are by ann, who may do everything. */
  repository(name: string): Promise<WorkingCopy>
  /** Makes a repository, pushes the config to `main` and returns the commit. */
  push(name: string, config: string): Promise<string>
  /** Conclusion (or status, while there is none) of the newest check of each name. */
  checks(sha: string): Record<string, string>
  check(sha: string, name: string): Run
  /** Presses a button; by ann unless another login is given. bob may only read. */
  click(sha: string, name: string, button: string, login?: string): Promise<void>
}

export async function openStage(): Promise<Stage> {
  const stack = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'sluice-stage-'))
  stack.defer(() => rm(directory, { recursive: true, force: true }))
  const gitHub = await startStandIn({ directory: join(directory, 'github') })
  stack.defer(() => gitHub.close())
  const ann = gitHub.addPerson({ login: 'ann', role: 'admin' })
  gitHub.addPerson({ login: 'bob', role: 'read' })

  const start = async (words: readonly string[], more: Readonly<Record<string, string>>) => {
    const started = new ServerProcess(gitHub, join(directory, 'data'), more, words)
    stack.defer(() => started.stop())
    await started.start()
    return started
  }
  const repository = async (name: string) => {
    await gitHub.createRepository({ owner: 'acme', name, defaultBranch: 'main' })
    const copy = await WorkingCopy.make(gitHub.remote(`acme/${name}`, ann))
    stack.defer(() => copy.remove())
    return copy
  }
  const check = (sha: string, name: string): Run => {
    const run = gitHub.latestRuns(sha).find((one) => one.name === name)
    if (!run)
      throw new Error(`no check ${name} at ${sha}: ${JSON.stringify(checksOf(gitHub, sha))}`)
    return run
  }
  return {
    gitHub,
    directory,
    serve: async (more = {}, ...words) => {
      const server = await start(['serve', ...words], more)
      gitHub.setWebhookUrl(`${server.url}/api/github/webhooks`)
      return server
    },
    work: (more) => start(['work'], more),
    postgres: async (bin) => {
      const postgres = await startPostgres(bin)
      stack.defer(() => postgres.stop())
      return postgres
    },
    repository,
    push: async (name, config) => {
      const copy = await repository(name)
      const sha = await copy.commit({ '.circleci/config.yml': config })
      await copy.push('HEAD:main')
      return sha
    },
    checks: (sha) => checksOf(gitHub, sha),
    check,
    click: (sha, name, button, login = 'ann') =>
      gitHub.ui.clickAction(check(sha, name).id, button, login),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

/** All output of a job's steps, from the pages of the server at `url`. */
export async function jobLog(url: string, check: Run): Promise<string> {
  const text = async (path: string) => (await fetch(new URL(path, url))).text()
  const page = await text(new URL(check.detailsUrl).pathname)
  const logs = [...page.matchAll(/href="([^"?]+\/log)(?:\?[^"]*)?"/g)].map((match) =>
    text(match[1] ?? ''),
  )
  return (await Promise.all(logs)).join('')
}

/** As `DATABASE_URL` has it: a socket's folder goes into the query. */
export const databaseUrl = ({ connection }: Pick<Postgres, 'connection'>): string =>
  `postgres://${connection.user}@/${connection.database}?host=${encodeURIComponent(connection.host ?? '')}`
