import { expect, test } from 'vitest'
import { runCli } from '../../src/cli/cli.ts'
import type { ConfigIo } from '../../src/cli/config-io.ts'
import type { Wiring } from '../../src/cli/wiring.ts'
import { err, ok } from '../../src/model/result.ts'
import { regex } from '../compile/support.ts'

const config = `version: 2.1
jobs:
  build: { machine: { image: default }, steps: [checkout] }
workflows:
  main: { jobs: [{ build: { filters: { branches: { only: dev } } } }] }
`
const files: Readonly<Record<string, string>> = {
  'a.yml': config,
  'push.json': '{"ref":"refs/heads/dev"}',
  'other.json': '{"ref":"refs/notes/x"}',
  'broken.json': '{',
}

/** The command line in a world of its own: what was written, and which commands were asked for. */
const call = (...words: readonly string[]) => callWith({}, ...words)

async function callWith(changes: Partial<Wiring>, ...words: readonly string[]) {
  const out: string[] = []
  const errors: string[] = []
  const asked: unknown[] = []
  const io: ConfigIo = {
    stdout: (line) => out.push(line),
    stderr: (text) => errors.push(text),
    readFile: async (path) => files[path] ?? Promise.reject(new Error('ENOENT: no such file')),
    readStdin: async () => config,
    currentBranch: async () => null,
    regex,
    orbs: () => Promise.reject(new Error('no config here names an orb')),
    vendored: async () => null,
  }
  const asking = (name: string, code: number) => async (options?: unknown) => {
    asked.push([name, options])
    return code
  }
  const wiring: Wiring = {
    version: '1.2.3',
    io,
    payloadFacts: async (payload) =>
      JSON.stringify(payload).includes('heads')
        ? ok({
            ref: { kind: 'branch', name: 'dev' },
            sha: null,
            event: { name: 'push', action: 'push', values: {} },
            values: {},
            parameters: {},
            continuation: null,
          })
        : err('neither a branch nor a tag'),
    serve: asking('serve', 0),
    work: asking('work', 3),
    migrate: asking('migrate', 0),
    demo: asking('demo', 1),
    token: asking('token', 0),
    block: asking('block', 0),
    remote: async () => ({ server: 'http://127.0.0.1:1', token: 'none' }),
    readSecret: async (name) => `typed for ${name}`,
    secret: asking('secret', 0),
    setup: asking('setup', 1),
    doctor: asking('doctor', 3),
    ...changes,
  }
  const code = await runCli(words, wiring)
  return { code, out: out.join('\n'), errors: errors.join('\n'), asked }
}

test('--version and --help answer on standard output', async () => {
  expect(await call('--version')).toMatchObject({ code: 0, out: '1.2.3', errors: '' })
  const help = await call('--help')
  expect(help).toMatchObject({ code: 0, errors: '' })
  for (const name of [
    'validate',
    'plan',
    'graph',
    'process',
    'explain',
    'serve',
    'work',
    'migrate',
    'demo',
    'setup',
    'doctor',
  ])
    expect(help.out).toContain(name)
})

test.each([
  [['frobnicate'], "unknown command 'frobnicate'"],
  [['vaildate'], 'Did you mean validate?'],
  [['validate', '--jsn'], "unknown option '--jsn'"],
  [['serve', '--workers', '-1'], 'Expected a whole number'],
  [['serve', 'now'], 'too many arguments'],
  [['plan', '--event', 'star'], 'Allowed choices are push, schedule, api, pull_request'],
  [['graph', '--format', 'png', 'a.yml'], 'Allowed choices are svg, mermaid, dot, json'],
  [['graph', 'a.yml', 'b.yml'], 'too many arguments'],
  [['graph', '--branch', 'a', '--tag', 'b', 'a.yml'], 'a branch or a tag'],
  [['plan', '--sha', 'HEAD'], '40 hexadecimal digits'],
  [['setup', '--org', 'a/b'], 'Expected the name of an organization'],
  [['setup', '--listen', '[::1'], 'Expected an address such as'],
  [['setup', '--listen', 'localhost:70000'], 'Expected an address such as'],
  [['plan', '--param', 'colour'], 'Expected K=V'],
  [['plan', '--payload', 'absent.json'], 'cannot read the payload absent.json: ENOENT'],
  [['plan', '--payload', 'broken.json'], 'cannot read the payload broken.json'],
  [['plan', '--payload', 'other.json'], 'starts no pipeline: neither a branch nor a tag'],
])('the wrong call %j ends with 2 and says why on standard error', async (words, message) => {
  const { code, out, errors } = await call(...words)
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(errors).toContain(message)
})

test('no command at all is a wrong call that shows the help', async () => {
  const { code, out, errors } = await call()
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(errors).toContain('Usage: sluice')
})

test('serve hands over how many workers it was told, or that it was not told', async () => {
  expect((await call('serve', '--workers', '0')).asked).toEqual([['serve', { workers: 0 }]])
  expect((await call('serve')).asked).toEqual([['serve', { workers: null }]])
})

test("a command's exit code is passed on", async () => {
  expect(await call('work')).toMatchObject({ code: 3, asked: [['work', undefined]] })
  expect(await call('demo', '--once')).toMatchObject({ code: 1, asked: [['demo', { once: true }]] })
  expect(await call('migrate')).toMatchObject({ code: 0, asked: [['migrate', undefined]] })
})

test('setup hands over its flags, and which were not given', async () => {
  const none = { url: null, org: null, file: null, listen: null }
  expect(await call('setup')).toMatchObject({ code: 1, asked: [['setup', none]] })
  const words = [
    '--url',
    'https://ci.example',
    '--org',
    'acme',
    '--file',
    'x',
    '--listen',
    '[::1]:80',
  ]
  const all = {
    url: 'https://ci.example',
    org: 'acme',
    file: 'x',
    listen: { host: '::1', port: 80 },
  }
  expect((await call('setup', ...words)).asked).toEqual([['setup', all]])
  const listened = await call('setup', '--listen', 'localhost')
  expect(listened.asked).toEqual([['setup', { ...none, listen: { host: 'localhost', port: 0 } }]])
})

test('doctor is told whether to answer in JSON and whether to ping', async () => {
  expect(await call('doctor')).toMatchObject({
    code: 3,
    asked: [['doctor', { json: false, ping: false }]],
  })
  expect((await call('doctor', '--json', '--ping')).asked).toEqual([
    ['doctor', { json: true, ping: true }],
  ])
})

test('validate and plan run the real thing, --no-color in any place', async () => {
  expect(await call('--no-color', 'validate', 'a.yml')).toMatchObject({
    code: 0,
    out: 'a.yml is valid',
  })
  expect((await call('validate', '--no-color', '-')).out).toBe('- is valid')
  expect((await call('validate', 'absent.yml')).code).toBe(2)
})

test('plan takes the event from its flags', async () => {
  const selected = async (...words: readonly string[]) =>
    JSON.parse((await call('plan', '--json', ...words, 'a.yml')).out).workflows.main.jobs.length
  expect(await selected('--branch', 'dev', '--offline')).toBe(1)
  expect(await selected('--branch', 'other')).toBe(0)
  expect(await selected()).toBe(0)
  expect(await selected('--payload', 'push.json')).toBe(1)
})

test('graph takes its flags and the event, and one file', async () => {
  const svg = await call('graph', '--format', 'svg', '--branch', 'dev', '--offline', 'a.yml')
  expect(svg.out).toMatch(/^<svg /)
  const named = await call('graph', '--workflow', 'mian', '--branch', 'dev', 'a.yml')
  expect(named).toMatchObject({ code: 1, out: '' })
  expect(named.errors).toContain('Did you mean main?')
})

test('process prints what a config stands for', async () => {
  const { code, out } = await call('process', '--offline', 'a.yml')
  expect(code).toBe(0)
  expect(out).toMatch(/^version: 2\njobs:\n/)
})

test('explain tells about one code, or lists them', async () => {
  expect((await call('explain', 'unknown-job')).out).toMatch(/^unknown-job \(error\)/)
  expect((await call('explain')).out).toContain('unknown-job')
  expect((await call('explain', 'unknown')).code).toBe(1)
})

test('what the system refuses is told in one line, exit code 3', async () => {
  const refused = Object.assign(new Error('EACCES: permission denied, mkdir /data'), {
    syscall: 'mkdir',
  })
  const ended = await callWith({ migrate: () => Promise.reject(refused) }, 'migrate')
  expect(ended).toMatchObject({ code: 3, errors: `sluice: ${refused.message}` })
})

test('a bug of ours is told with where it happened, exit code 3', async () => {
  const ended = await callWith(
    { work: () => Promise.reject(new TypeError('no such thing')) },
    'work',
  )
  expect(ended.code).toBe(3)
  expect(ended.errors).toMatch(/^sluice: TypeError: no such thing\n +at .*cli\.test\.ts/)
})
