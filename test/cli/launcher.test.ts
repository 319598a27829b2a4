import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const launcher = join(root, 'src/cli/sluice')

interface Ended {
  readonly code: number
  readonly out: string
  readonly errors: string
}

const run = (file: string, words: readonly string[], options: object = {}): Promise<Ended> =>
  new Promise((done) => {
    execFile(file, words, { encoding: 'utf8', ...options }, (error, out, errors) => {
      done({ code: error ? Number(error.code) : 0, out, errors })
    })
  })

const version = async () => JSON.parse(await readFile(join(root, 'package.json'), 'utf8')).version

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-launcher-'))
})
afterEach(() => rm(directory, { recursive: true }))

/** The launcher in a checkout in which npm brought no Node; its program prints which Node runs it. */
async function bareCheckout(): Promise<string> {
  const cli = join(directory, 'src/cli')
  await mkdir(cli, { recursive: true })
  await cp(launcher, join(cli, 'sluice'))
  await writeFile(join(directory, 'src/main.ts'), 'console.log(process.argv.slice(2).join("|"))')
  return join(cli, 'sluice')
}

/** A `node` that says it is of this version. */
async function fakeNode(text: string): Promise<string> {
  const bin = join(directory, 'bin')
  await mkdir(bin)
  const script = `#!/bin/sh\n[ "$1" = --version ] && echo v${text} && exit\n[ "$1" = -e ] && exec '${process.execPath}' -e "Object.defineProperty(process.versions, 'node', { value: '${text}' }); $2"\nexec '${process.execPath}' "$@"\n`
  await writeFile(join(bin, 'node'), script, { mode: 0o755 })
  return `${bin}:/usr/bin:/bin`
}

test('it runs sluice from anywhere, through links to links, without a node in the path', async () => {
  await symlink(launcher, join(directory, 'one'))
  await symlink('one', join(directory, 'two'))
  const ended = await run('./two', ['--version'], {
    cwd: directory,
    env: { PATH: '/usr/bin:/bin' },
  })
  expect(ended).toEqual({ code: 0, out: `${await version()}\n`, errors: '' })
})

test('it is JavaScript too, and passes on words and exit codes', async () => {
  expect(await run(process.execPath, [launcher, '--version'])).toMatchObject({
    code: 0,
    out: `${await version()}\n`,
  })
  expect(await run(process.execPath, [launcher, 'no such', 'command'])).toMatchObject({ code: 2 })
})

test("it takes the host's Node where npm brought none and that one is new enough", async () => {
  const file = await bareCheckout()
  const ended = await run(file, ['a b', '*'], { env: { PATH: await fakeNode('24.12.0') } })
  expect(ended).toMatchObject({ code: 0, out: 'a b|*\n' })
})

test.each(['20.20.2', '24.11.9'])('it says in one line that Node %s is too old', async (old) => {
  const file = await bareCheckout()
  const ended = await run(file, ['serve'], { env: { PATH: await fakeNode(old) } })
  expect(ended).toMatchObject({ code: 3, out: '' })
  expect(ended.errors).toMatch(/^sluice: needs Node 24\.12 or newer, found v[\d.]+; .*\n$/)
  expect(ended.errors).toContain(`found v${old};`)
})

test('npm install links it among the commands, again and again', async () => {
  await bareCheckout()
  const script = join(directory, 'src/cli/link.mjs')
  await cp(join(root, 'src/cli/link.mjs'), script)
  for (const _ of [1, 2])
    expect(await run(process.execPath, [script])).toEqual({ code: 0, out: '', errors: '' })
  const link = join(directory, 'node_modules/.bin/sluice')
  expect(await readlink(link)).toBe('../../src/cli/sluice')
  const ended = await run(link, ['x'], { env: { PATH: await fakeNode('24.12.0') } })
  expect(ended.out).toBe('x\n')
})

test('a link that cannot be made is told and does not fail the installation', async () => {
  await bareCheckout()
  const script = join(directory, 'src/cli/link.mjs')
  await cp(join(root, 'src/cli/link.mjs'), script)
  await writeFile(join(directory, 'node_modules'), 'in the way')
  const ended = await run(process.execPath, [script])
  expect(ended).toMatchObject({ code: 0, out: '' })
  expect(ended.errors).toContain('use src/cli/sluice')
})

test('a signal that npm gets ends what npm start began', async () => {
  await bareCheckout()
  await cp(join(root, 'package.json'), join(directory, 'package.json'))
  const program = `
    const wait = setTimeout(() => {}, 20_000)
    process.on('SIGTERM', () => { console.log('ended by a signal'); clearTimeout(wait) })
    console.log('begun')`
  await writeFile(join(directory, 'src/main.ts'), program)
  const npm = spawn('npm', ['start', '--silent'], {
    cwd: directory,
    env: { PATH: `${dirname(process.execPath)}:${process.env.PATH}`, HOME: directory },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let out = ''
  npm.stdout.on('data', (chunk) => {
    out += chunk.toString()
    if (out === 'begun\n') npm.kill('SIGTERM')
  })
  // The stream closes when the last process that holds it has ended.
  await once(npm.stdout, 'close')
  expect(out).toBe('begun\nended by a signal\n')
})
