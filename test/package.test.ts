import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

const root = resolve(import.meta.dirname, '..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const manifest = JSON.parse(read('package.json'))

test('the top level holds nothing but what belongs there', () => {
  const visible = ['src', 'test', 'app.yml', 'Dockerfile', 'package.json', 'tsconfig.json']
  const papers = ['README.md', 'LICENSE', 'CONTRIBUTING.md', 'package-lock.json']
  // Made by running: npm, the program's default data directory, the coverage report.
  const made = ['node_modules', 'data', 'coverage']
  const allowed = new Set([...visible, ...papers, ...made])
  expect(readdirSync(root).filter((name) => !name.startsWith('.') && !allowed.has(name))).toEqual(
    [],
  )
  expect([...visible, ...papers].filter((name) => !existsSync(join(root, name)))).toEqual([])
})

test('the App asks for the least that it needs', () => {
  const app = parse(read('app.yml'))
  expect(app.default_permissions).toEqual({
    checks: 'write',
    contents: 'read',
    metadata: 'read',
    pull_requests: 'read',
    issues: 'read',
    merge_queues: 'read',
    members: 'read',
  })
  expect(app.default_events).toEqual([
    'push',
    'pull_request',
    'merge_group',
    'issue_comment',
    'repository',
  ])
  expect(app.public).toBe(false)
})

test('the App sends its webhooks where Sluice takes them', () => {
  const { url, active } = parse(read('app.yml')).hook_attributes
  const { pathname } = new URL(url)
  expect(pathname).toBe('/api/github/webhooks')
  expect(read('src/github/webhooks/middleware.ts')).toContain(`'${pathname}'`)
  expect(active).toBe(true)
})

test('the README names every setting that is read', () => {
  const names = [
    ...read('src/settings.ts').matchAll(/(?:optional|required|has)\('([A-Z_]+)'/g),
  ].map((match) => match[1])
  expect(names).toContain('SLUICE_DATA_DIR')
  const readme = read('README.md')
  expect(names.filter((name) => !readme.includes(`\`${name}\``))).toEqual([])
})

test('the README and CONTRIBUTING lead only to what exists', () => {
  const paths = ['README.md', 'CONTRIBUTING.md'].flatMap((file) =>
    [...read(file).matchAll(/`((?:src|test)\/[\w./-]+)`/g)].map((match) => match[1] ?? ''),
  )
  expect(paths.length).toBeGreaterThan(10)
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([])
  const commands = ['README.md', 'CONTRIBUTING.md'].flatMap((file) =>
    [...read(file).matchAll(/npm run (\w+)/g)].map((match) => match[1] ?? ''),
  )
  expect(commands.filter((name) => !(name in manifest.scripts))).toEqual([])
})

test('CI runs what the README tells to run', () => {
  const command = 'npm install && npm test'
  expect(read('README.md')).toContain(command)
  expect(read('.ci/run')).toContain(`\n${command} || exit 1`)
  expect(spawnSync('bash', ['-n', join(root, '.ci/run')]).status).toBe(0)
})

test('what is started by name can be started', () => {
  const executable = (file: string) => (statSync(join(root, file)).mode & 0o111) === 0o111
  expect([manifest.bin.sluice, '.ci/run'].filter((file) => !executable(file))).toEqual([])
})

test('the image runs as an ordinary user, listens to all, and is asked for its health', () => {
  const lines = read('Dockerfile')
  expect(lines).toMatch(/^USER sluice$/m)
  expect(lines).toMatch(/^ENV HOST=0\.0\.0\.0 /m)
  expect(lines).toMatch(/^HEALTHCHECK .*\n.*\/healthz/m)
})
