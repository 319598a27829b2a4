/**
 * A Docker engine for tests, of this machine's packages, with processes, mounts and a network of its own:
 * no other engine of the machine notices, and when it ends, everything that it ran has ended. Beside it
 * runs a registry at 127.0.0.1, in its network.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import {
  cp,
  mkdir,
  mkdtemp,
  open,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { addressOf } from '../../src/executors/docker/address.ts'
import { at, listAt, textAt } from '../../src/executors/docker/answer.ts'
import { type Engine, engineAt } from '../../src/executors/docker/engine.ts'
import { linesOf } from '../../src/executors/docker/lines.ts'

export interface TestEngine {
  /** As `DOCKER_HOST` names it. */
  readonly host: string
  readonly engine: Engine
  /** Host and port of the registry, as the engine sees it; null: the package is not installed. */
  readonly registry: string | null
  /** Socket to listen at; containers reach it at `doorAddress`, and nothing else of this machine. */
  readonly door: string
  close(): Promise<void>
}

/** What the tests run in. */
export const images = {
  /** Debian with nothing but its base, as root. */
  debian: 'sluice-test/debian:1',
  /** The same with an ordinary user, whose home is there. */
  user: 'sluice-test/user:1',
  /** The same with a user that has neither a name nor a home. */
  nameless: 'sluice-test/nameless:1',
  /** No bash, and small programs instead of GNU's. */
  busybox: 'sluice-test/busybox:1',
} as const

/** Holds a Docker engine, once `importEngine` has made it. */
export const engineImage = 'sluice-test/engine:1'

export const registryLogin = { username: 'ci', password: 'secret-of-the-registry' }
const registryAccount = 'ci:$2b$04$RIWoMPAT5FIaL8Y7Pt1vweMr/FBrpN7Ds7d7lU3I/Yfb..RzOdVI6\n'
const registryHost = '127.0.0.1:5000'
/** Networks of the engine get addresses from here; the first of a network is the engine's own. */
const addresses = 'base=10.213.0.0/16,size=24'
/** Where every container finds the door of its engine. */
export const doorAddress = '10.213.0.1:3128'
const path = `PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`
const run = promisify(execFile)

/** The engine; null when there is none, and `skipped` is told why. */
export async function startEngine(
  skipped: (why: string) => void = (why) =>
    console.info(`tests with a Docker engine are skipped: ${why}`),
): Promise<TestEngine | null> {
  const why = missing()
  if (why === null) return launch(skipped)
  skipped(why)
  return null
}

function missing(): string | null {
  if (process.platform !== 'linux') return 'only on Linux can one be started'
  if (process.getuid?.() !== 0) return 'only root can start one'
  const programs = ['dockerd', 'containerd', 'runc', 'debootstrap', 'unshare', 'setpriv', 'ip']
  const absent = programs.filter((name) => !isInstalled(name))
  return absent.length > 0 ? `not installed: ${absent.join(', ')}` : null
}

const isInstalled = (name: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)))

async function launch(skipped: (why: string) => void): Promise<TestEngine | null> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-docker-'))
  const host = `unix://${folder}/docker.sock`
  const child = await spawnEngine(folder, host)
  const engine = engineAt(addressOf({ host, certificates: null }))
  const close = async (): Promise<void> => {
    await removeContainers(engine)
    await end(child)
    await rm(folder, { recursive: true, force: true })
  }
  if (!(await isUp(engine, child))) {
    const said = await readFile(join(folder, 'log'), 'utf8')
    skipped(`it does not start: ${said.slice(-600)}`)
    await end(child)
    await rm(folder, { recursive: true, force: true })
    return null
  }
  await importImages(engine)
  const registry = isInstalled('docker-registry') ? registryHost : null
  return { host, engine, registry, door: doorIn(folder), close }
}

const doorIn = (folder: string): string => join(folder, 'door.sock')

/** It ends with this process, however that ends. */
async function spawnEngine(folder: string, host: string): Promise<ChildProcess> {
  const log = await open(join(folder, 'log'), 'w')
  const options = [
    `--data-root=${folder}/data`,
    `--exec-root=${folder}/exec`,
    `--pidfile=${folder}/pid`,
    `--host=${host}`,
    '--bridge=none --iptables=false --ip6tables=false --ip-masq=false',
    `--default-address-pool ${addresses}`,
    `--add-runtime=willing=${folder}/runc --default-runtime=willing`,
  ]
  const script = [
    'ip link set lo up || exit 1',
    `if command -v docker-registry; then docker-registry serve ${folder}/registry.yml & fi`,
    `${process.execPath} ${import.meta.dirname}/docker-doorkeeper.ts 3128 ${doorIn(folder)} &`,
    `exec dockerd ${options.join(' ')}`,
  ]
  await writeFile(join(folder, 'runc'), await willingRunc(), { mode: 0o755 })
  await writeFile(join(folder, 'accounts'), registryAccount)
  await writeFile(join(folder, 'registry.yml'), registryConfig(folder))
  const spaces = '--net --mount --propagation private --pid --fork --kill-child --mount-proc'
  const [program = '', ...words] = `setpriv --pdeathsig KILL unshare ${spaces} sh -c`.split(' ')
  const child = spawn(program, [...words, script.join('\n')], {
    stdio: ['ignore', log.fd, log.fd],
  })
  await log.close()
  return child
}

/** What is privileged gets what there is: some machines keep this capability from everybody. */
async function willingRunc(): Promise<string> {
  const status = await readFile('/proc/self/status', 'utf8')
  const bounding = BigInt(`0x${/^CapBnd:\s*(\w+)$/m.exec(status)?.[1] ?? 'ffffffff'}`)
  const there = ((bounding >> 24n) & 1n) === 1n
  const edit = there ? '' : 's/"CAP_SYS_RESOURCE",//g;s/,"CAP_SYS_RESOURCE"//g'
  return `#!/bin/sh
previous=
for word do
  if [ "$previous" = --bundle ]; then sed -i '${edit}' "$word/config.json"; fi
  previous=$word
done
exec runc "$@"
`
}

const registryConfig = (folder: string): string => `version: 0.1
storage: { filesystem: { rootdirectory: ${folder}/registry } }
http: { addr: "${registryHost}" }
auth: { htpasswd: { realm: test, path: ${folder}/accounts } }
`

async function isUp(engine: Engine, child: ChildProcess): Promise<boolean> {
  const deadline = Date.now() + 30_000
  while (child.exitCode === null && Date.now() < deadline) {
    const up = await engine.call('GET', '/version').then(
      () => true,
      () => false,
    )
    if (up) return true
    await sleep(50)
  }
  return false
}

async function removeContainers(engine: Engine): Promise<void> {
  const found = listAt(await engine.call('GET', '/containers/json?all=1'))
  const ids = found.map((one) => textAt(one, 'Id') ?? '')
  await Promise.all(ids.map((id) => engine.call('DELETE', `/containers/${id}?force=1&v=1`)))
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

async function importImages(engine: Engine): Promise<void> {
  const debian = await readFile(await debianTar())
  await importImage(engine, images.debian, debian, [])
  await importImage(engine, images.nameless, debian, ['USER 4242:4242'])
  await inImage(engine, images.debian, 'useradd --create-home --uid 3434 circleci', {
    repo: images.user,
    changes: ['USER circleci'],
  })
  if (isInstalled('busybox')) {
    await importImage(engine, images.busybox, await readFile(await busyboxTar()), [])
  }
}

/** Makes an image of files. */
export async function importImage(
  engine: Engine,
  image: string,
  tar: Uint8Array,
  changes: readonly string[],
): Promise<void> {
  const [repo = '', tag = 'latest'] = image.split(/:(?=[^:/]*$)/)
  const query = new URLSearchParams({ fromSrc: '-', repo, tag })
  for (const change of [`ENV ${path}`, ...changes]) query.append('changes', change)
  await told(await engine.stream('POST', `/images/create?${query.toString()}`, { tar }))
}

/** Makes an image of what a command leaves behind in another one, as root. */
export async function inImage(
  engine: Engine,
  image: string,
  command: string,
  result: { readonly repo: string; readonly changes: readonly string[] },
): Promise<void> {
  const body = { Image: image, User: '0', Cmd: ['/bin/sh', '-c', command] }
  const id = textAt(await engine.call('POST', '/containers/create', { body }), 'Id') ?? ''
  await engine.call('POST', `/containers/${id}/start`)
  const waited = await engine.call('POST', `/containers/${id}/wait`)
  if (at(waited, 'StatusCode') !== 0) throw new Error(`${command} failed in ${image}`)
  const [repo = '', tag = 'latest'] = result.repo.split(/:(?=[^:/]*$)/)
  const query = new URLSearchParams({ container: id, repo, tag })
  for (const change of ['CMD []', ...result.changes]) query.append('changes', change)
  await engine.call('POST', `/commit?${query.toString()}`, { body: {} })
  await engine.call('DELETE', `/containers/${id}`)
}

/** Makes an image of this machine's engine: its programs and the libraries that they load. */
export async function importEngine(engine: Engine): Promise<void> {
  const programs = ['dockerd', 'containerd', 'containerd-shim-runc-v2', 'runc']
  const found = await Promise.all(programs.map(whereIs))
  const libraries = await Promise.all(found.map(librariesOf))
  const files = [...new Set([...found, ...libraries.flat()])].map((file) => file.slice(1))
  const { stdout } = await run('tar', ['-C', '/', '-chf', '-', ...files], {
    encoding: 'buffer',
    maxBuffer: 2 ** 30,
  })
  const body = { Image: images.debian, User: '0', Cmd: ['/bin/sh', '-c', engineConfig] }
  const id = textAt(await engine.call('POST', '/containers/create', { body }), 'Id') ?? ''
  await engine.call('PUT', `/containers/${id}/archive?path=/`, { tar: stdout })
  await engine.call('POST', `/containers/${id}/start`)
  await engine.call('POST', `/containers/${id}/wait`)
  const [repo = '', tag = ''] = engineImage.split(':')
  const query = new URLSearchParams({ container: id, repo, tag, changes: 'CMD []' })
  await engine.call('POST', `/commit?${query.toString()}`, { body: {} })
  await engine.call('DELETE', `/containers/${id}`)
}

/** Without a bridge and rules: the kernel of a test machine may know neither. */
const engineConfig = `mkdir -p /etc/docker && echo '{"bridge":"none","iptables":false,"ip6tables":false,"ip-masq":false,"storage-driver":"vfs"}' > /etc/docker/daemon.json`

async function whereIs(program: string): Promise<string> {
  const { stdout } = await run('/bin/sh', ['-c', 'readlink -f "$(command -v "$0")"', program])
  return stdout.trim()
}

async function librariesOf(program: string): Promise<readonly string[]> {
  const { stdout } = await run('ldd', [program]).catch(() => ({ stdout: '' }))
  const named = [...stdout.matchAll(/=> (\/\S+)/g)].map(([, file]) => file ?? '')
  return Promise.all(named.map((file) => realpath(file)))
}

/** Puts an image into the registry, under another name there; the engine keeps none of it. */
export async function push(engine: Engine, image: string, name: string): Promise<void> {
  const [repo = '', tag = 'latest'] = name.split(/:(?=[^:/]*$)/)
  const query = new URLSearchParams({ repo, tag })
  await engine.call('POST', `/images/${image}/tag?${query.toString()}`)
  const login = Buffer.from(JSON.stringify({ ...registryLogin, serveraddress: registryHost }))
  const headers = { 'x-registry-auth': login.toString('base64') }
  await told(await engine.stream('POST', `/images/${repo}/push?tag=${tag}`, { headers }))
  for (const one of [name, image]) await engine.call('DELETE', `/images/${one}`)
}

/** Reads an answer to its end; fails with an error that is in it. */
async function told(answer: AsyncIterable<Buffer>): Promise<void> {
  for await (const line of linesOf(answer)) {
    const problem = textAt(JSON.parse(line), 'error')
    if (problem !== null) throw new Error(problem)
  }
}

/** Made once on a machine: it takes half a minute. */
export async function debianTar(): Promise<string> {
  return keptFile('debian', async (folder, file) => {
    await run('debootstrap', ['--variant=minbase', 'bookworm', join(folder, 'root')])
    const unneeded = ['usr/share/doc', 'usr/share/locale', 'usr/share/man', 'usr/share/zoneinfo']
    const excluded = [...unneeded, 'var/cache/apt', 'var/lib/apt/lists', 'dev'].map(
      (name) => `--exclude=./${name}`,
    )
    await run('tar', ['-C', join(folder, 'root'), ...excluded, '-cf', file, '.'])
  })
}

async function busyboxTar(): Promise<string> {
  return keptFile('busybox', async (folder, file) => {
    const bin = join(folder, 'root/bin')
    await mkdir(bin, { recursive: true })
    await mkdir(join(folder, 'root/tmp'), { mode: 0o1777 })
    await mkdir(join(folder, 'root/root'))
    await mkdir(join(folder, 'root/etc'))
    await writeFile(join(folder, 'root/etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n')
    await cp('/usr/bin/busybox', join(bin, 'busybox'))
    const { stdout } = await run('busybox', ['--list'])
    const names = stdout.split('\n').filter((name) => name !== '' && name !== 'busybox')
    for (const name of names) await symlink('busybox', join(bin, name))
    await run('tar', ['-C', join(folder, 'root'), '-cf', file, '.'])
  })
}

/** A file that is made once and kept for the next runs of the tests. */
export async function keptFile(
  name: string,
  make: (folder: string, file: string) => Promise<void>,
): Promise<string> {
  const kept = join(tmpdir(), `sluice-test-images-${process.getuid?.() ?? 'x'}`)
  await mkdir(kept, { recursive: true, mode: 0o700 })
  const { uid, mode } = await stat(kept)
  if (uid !== process.getuid?.() || (mode & 0o022) !== 0) throw new Error(`not ours: ${kept}`)
  const file = join(kept, `${name}-2.tar`)
  if (existsSync(file)) return file
  const folder = await mkdtemp(join(tmpdir(), 'sluice-image-'))
  try {
    const draft = `${folder}.tar`
    await make(folder, draft)
    await rename(draft, file)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return file
}
