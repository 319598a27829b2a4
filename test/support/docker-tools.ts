/** The image of Debian's packages that the sample projects are built and tested in, and one of PostgreSQL. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import {
  debianTar,
  doorAddress,
  importImage,
  inImage,
  keptFile,
  type TestEngine,
} from './docker-engine.ts'

const run = promisify(execFile)

/** As the configs of `test/projects` name them. */
export const tools = 'sluice-test/tools:1'
const postgres = 'sluice-test/postgres:1'

const packages = [
  'git gcc libc6-dev make',
  'python3 python3-pytest python3-psycopg2',
  'postgresql',
].join(' ')

/** Brings the images into the engine. Containers reach git servers of this machine by its door. */
export async function importTools({ engine }: TestEngine): Promise<void> {
  await importImage(engine, tools, await readFile(await toolsTar()), [])
  await inImage(engine, tools, 'useradd --create-home --uid 3434 circleci', {
    repo: tools,
    changes: ['USER circleci'],
  })
  await inImage(engine, tools, 'rm -rf /var/lib/postgresql/*', {
    repo: postgres,
    changes: ['USER postgres', 'ENTRYPOINT ["/usr/local/bin/serve-postgres"]'],
  })
}

/** What npm is made of: all below one folder, as Node's own packages have it; null: there is none like that. */
export async function npmFolder(): Promise<string | null> {
  const found = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'npm'))
    .find((file) => existsSync(file))
  if (found === undefined) return null
  const folder = dirname(dirname(await realpath(found)))
  return existsSync(join(folder, 'node_modules')) ? folder : null
}

/** Made once on a machine, in a quarter of a minute beyond what Debian takes. */
async function toolsTar(): Promise<string> {
  return keptFile(`tools-${process.version}`, async (folder, file) => {
    const root = join(folder, 'root')
    await mkdir(root)
    await run('tar', ['-C', root, '-xf', await debianTar()])
    await install(root)
    await addNode(root)
    await addFiles(root)
    const excluded = [...unneeded, 'dev', 'proc'].map((name) => `--exclude=./${name}`)
    await run('tar', ['-C', root, ...excluded, '-cf', file, '.'])
  })
}

/** Texts for people, lists of packages, and optimisers of 200 MB that nobody asks for. */
const unneeded = [
  'usr/share/doc',
  'usr/share/i18n',
  'usr/share/locale',
  'usr/share/man',
  'usr/share/zoneinfo',
  'var/cache/apt',
  'var/lib/apt/lists',
  'var/lib/postgresql/*',
  'usr/bin/*-lto-dump-*',
  'usr/lib/gcc/*/*/lto1',
  'usr/lib/*/libLLVM*',
  'usr/lib/*/libz3*',
  'usr/lib/postgresql/*/lib/bitcode',
  'usr/lib/postgresql/*/lib/llvmjit*',
]

/** With this machine's network, and mounts that end with the command. */
async function install(root: string): Promise<void> {
  const script = `
mkdir -p "$1/dev" && mount --rbind /dev "$1/dev" && mount -t proc proc "$1/proc"
cp /etc/resolv.conf "$1/etc/resolv.conf"
printf '#!/bin/sh\\nexit 101\\n' > "$1/usr/sbin/policy-rc.d" && chmod 755 "$1/usr/sbin/policy-rc.d"
export DEBIAN_FRONTEND=noninteractive
chroot "$1" apt-get update -qq
chroot "$1" apt-get install -qq --yes --no-install-recommends -o Dpkg::Options::=--force-unsafe-io ${packages}`
  const words = ['--mount', '--propagation', 'private', 'sh', '-ec', script, 'install', root]
  await run('unshare', words, { maxBuffer: 64 * 1024 * 1024 })
}

/** The Node that runs the tests, and this machine's npm. */
async function addNode(root: string): Promise<void> {
  await cp(process.execPath, join(root, 'usr/local/bin/node'))
  const npm = await npmFolder()
  if (npm === null) return
  await cp(npm, join(root, 'usr/local/lib/npm'), { recursive: true })
  await symlink('../lib/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'))
}

async function addFiles(root: string): Promise<void> {
  await writeFile(join(root, 'etc/gitconfig'), `[http]\n\tproxy = http://${doorAddress}\n`)
  await rm(join(root, 'etc/resolv.conf'))
  const file = join(root, 'usr/local/bin/serve-postgres')
  await writeFile(file, servePostgres)
  await chmod(file, 0o755)
}

/** As the image of PostgreSQL that people know does it: a user, a password and a database by variables. */
const servePostgres = `#!/bin/bash
set -e
bin=$(echo /usr/lib/postgresql/*/bin)
data=/tmp/data
sockets="-c unix_socket_directories=/tmp"
"$bin/initdb" --no-sync -D $data -U "$POSTGRES_USER" -A scram-sha-256 --pwfile=<(echo "$POSTGRES_PASSWORD") > /dev/null
"$bin/pg_ctl" -D $data -w -o "$sockets -c listen_addresses=" start > /dev/null
PGPASSWORD=$POSTGRES_PASSWORD "$bin/createdb" -h /tmp -U "$POSTGRES_USER" "$POSTGRES_DB"
"$bin/pg_ctl" -D $data -w stop > /dev/null
exec "$bin/postgres" -D $data $sockets
`
