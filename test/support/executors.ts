import { randomUUID } from 'node:crypto'
import { chmod, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { Header, Parser, type ReadEntry } from 'tar'
import { type DockerOptions, dockerExecutor } from '../../src/executors/docker/docker.ts'
import { type LocalOptions, localExecutor } from '../../src/executors/local/local.ts'
import type {
  EnvironmentHandle,
  EnvironmentSpec,
  Executor,
  StepOutcome,
  StepSpec,
} from '../../src/ports/executor.ts'
import { engineImage, images, type TestEngine } from './docker-engine.ts'
import { silentLog } from './log.ts'

export const never = new AbortController().signal

export const specOf = (change: Partial<EnvironmentSpec> = {}): EnvironmentSpec => ({
  id: randomUUID(),
  runsIn: { kind: 'machine', image: null, dockerLayerCaching: false },
  workingDirectory: '~/project',
  lifetimeMs: 120_000,
  resourceClass: null,
  ...change,
})

export const stepOf = (script: string, change: Partial<StepSpec> = {}): StepSpec => ({
  id: randomUUID(),
  script,
  env: {},
  cwd: null,
  shell: null,
  ...change,
})

export interface Ran {
  readonly output: string
  readonly outcome: StepOutcome
}

/** Runs a step to its end. */
export async function ran(
  environment: EnvironmentHandle,
  step: StepSpec,
  from = 0,
  signal: AbortSignal = never,
): Promise<Ran> {
  const run = environment.run(step, { from, signal })
  const parts: Uint8Array[] = []
  for (;;) {
    const next = await run.next()
    if (next.done) return { output: Buffer.concat(parts).toString(), outcome: next.value }
    parts.push(next.value)
  }
}

export const exited = (code: number): StepOutcome => ({ kind: 'exited', code })

/** A local executor in a directory of its own, with everything that has to go away afterwards. */
export async function localIn(options: Partial<LocalOptions> = {}) {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'sluice-local-')))
  const executor = localExecutor({
    dataDir,
    jobUser: null,
    path: null,
    unisolatedOk: true,
    log: silentLog,
    ...options,
  })
  return {
    dataDir,
    executor,
    close: async () => {
      await executor.close()
      await disposeAll(executor)
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

async function disposeAll(executor: Executor): Promise<void> {
  for (const id of await executor.list()) await (await executor.attach(id))?.dispose()
}

/** A docker executor on an engine of the tests, with everything that has to go away afterwards. */
export async function dockerIn(engine: TestEngine, options: Partial<DockerOptions> = {}) {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'sluice-docker-data-')))
  const executor = dockerExecutor({
    dockerHost: { host: engine.host, certificates: null },
    dataDir,
    machineImage: images.debian,
    engineImage,
    network: null,
    log: silentLog,
    ...options,
  })
  return {
    dataDir,
    executor,
    close: async () => {
      await disposeAll(executor)
      await executor.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** A tar of files by path; a value that is not text is an entry of another kind. */
export function tarOf(files: Readonly<Record<string, string | Special>>): Readable {
  const blocks = Object.entries(files).flatMap(([path, content]) => {
    const special = typeof content === 'string' ? { type: 'File' as const } : content
    const body = Buffer.from(typeof content === 'string' ? content : '')
    const header = new Header({ path, mode: 0o644, size: body.length, ...special })
    header.encode()
    return [header.block ?? Buffer.alloc(0), body, Buffer.alloc((512 - (body.length % 512)) % 512)]
  })
  return Readable.from([...blocks, Buffer.alloc(1024)])
}

interface Special {
  readonly type: 'SymbolicLink' | 'Link' | 'CharacterDevice' | 'FIFO' | 'Directory'
  readonly linkpath?: string
}

/** Names and contents of the files in a tar. */
export async function untar(tar: Readable): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  const parser = new Parser({ strict: true })
  parser.on('entry', (entry: ReadEntry) => {
    const parts: Buffer[] = []
    entry.on('data', (part: Buffer) => parts.push(part))
    entry.on('end', () => {
      if (entry.type !== 'Directory') found[entry.path] = Buffer.concat(parts).toString()
    })
  })
  for await (const chunk of tar) parser.write(chunk as Buffer)
  parser.end()
  return found
}

/** A directory for PATH with all programs of this machine but some. */
export async function pathWithout(...missing: readonly string[]): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-path-'))
  await chmod(directory, 0o755)
  const found = new Map<string, string>()
  for (const folder of ['/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin']) {
    for (const name of await readdir(folder)) found.set(name, join(folder, name))
  }
  for (const name of missing) found.delete(name)
  await Promise.all([...found].map(([name, path]) => symlink(path, join(directory, name))))
  return directory
}
