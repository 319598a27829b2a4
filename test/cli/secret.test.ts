import { expect, test } from 'vitest'
import { runCli } from '../../src/cli/cli.ts'
import { checked } from '../../src/cli/read-secret.ts'
import type { SecretRequest } from '../../src/cli/secret-request.ts'
import type { Wiring } from '../../src/cli/wiring.ts'
import { world } from './world.ts'

async function call(...words: readonly string[]) {
  const { io, out, err } = world({})
  const asked: SecretRequest[] = []
  const never = async (): Promise<never> => {
    throw new Error('not asked for')
  }
  const wiring: Wiring = {
    version: '1',
    io,
    payloadFacts: never,
    serve: never,
    work: never,
    migrate: never,
    demo: never,
    setup: never,
    doctor: never,
    token: never,
    block: never,
    remote: never,
    readSecret: async (name) => `typed for ${name}`,
    secret: async (request) => {
      asked.push(request)
      return 0
    },
  }
  const code = await runCli(['secret', ...words], wiring)
  return { code, asked: asked[0] ?? null, out: out.join('\n'), err: err.join('\n') }
}

const project = { kind: 'project', owner: 'acme', name: 'shop' }
const context = { kind: 'context', owner: 'acme', name: 'deploy' }
const forProject = ['--project', 'acme/shop']
const forContext = ['--context', 'deploy', '--org', 'acme']

test.each([
  [['set', 'A', ...forProject], { kind: 'set', scope: project, name: 'A', value: 'typed for A' }],
  [['set', 'A', ...forContext], { kind: 'set', scope: context, name: 'A', value: 'typed for A' }],
  [['list', ...forContext], { kind: 'list', scope: context }],
  [['delete', 'A', ...forProject], { kind: 'delete', scope: project, name: 'A' }],
  [['delete', '--all', ...forContext], { kind: 'delete', scope: context, name: null }],
  [
    ['restrict', ...forContext, '--team', 'ops', '--role', 'admin', '--team', 'sre'],
    {
      kind: 'restrict',
      scope: context,
      restrictions: [
        { kind: 'team', slug: 'ops' },
        { kind: 'team', slug: 'sre' },
        { kind: 'role', least: 'admin' },
      ],
    },
  ],
  [['restrict', ...forContext, '--none'], { kind: 'restrict', scope: context, restrictions: [] }],
  [['rotate'], { kind: 'rotate', oldKeyFile: null }],
  [['rotate', '--old-key-file', '/k'], { kind: 'rotate', oldKeyFile: '/k' }],
])('%j', async (words, request) => {
  expect(await call(...words)).toMatchObject({ code: 0, asked: request })
})

test.each([
  [['set', 'A'], /--project OWNER\/REPO, or --context NAME --org OWNER/],
  [['set', 'A', '--context', 'deploy'], /--context NAME --org OWNER/],
  [['set', 'A', ...forProject, ...forContext], /--project OWNER\/REPO/],
  [['set', 'A', '--project', 'shop'], /Expected OWNER\/REPO/],
  [['set', 'A=value', ...forProject], /does not belong here: it is read from standard input/],
  [['set', 'A', 'value', ...forProject], /too many arguments/],
  [['delete', ...forProject], /name of a secret, or --all/],
  [['delete', 'A', '--all', ...forProject], /name of a secret, or --all/],
  [['restrict', ...forContext], /--team, --role or both, or --none/],
  [['restrict', ...forContext, '--none', '--team', 'a'], /--none/],
  [['restrict', ...forContext, '--role', 'read'], /write, maintain, admin/],
  [['restrict', ...forContext, '--team', 'a/b'], /slug of a team/],
  [['set', 'A', '--context', 'a\u001b[2J', '--org', 'acme'], /at most 256 letters/],
])('%j is a wrong call', async (words, message) => {
  const { code, asked, err } = await call(...words)
  expect({ code, asked }).toEqual({ code: 2, asked: null })
  expect(err).toMatch(message)
})

test('a value loses one line end at its end and nothing else', () => {
  expect(checked(Buffer.from(' a\n\nb \n\n'))).toBe(' a\n\nb \n')
  expect(checked(Buffer.from('a\r\n'))).toBe('a')
  expect(checked(Buffer.from('a'))).toBe('a')
})

test.each([
  ['nothing', Buffer.from(''), /empty/],
  ['a line end', Buffer.from('\n'), /empty/],
  ['a NUL', Buffer.from('a\0b'), /NUL/],
  ['no text', Buffer.from([0xff, 0xfe, 0x41]), /UTF-8/],
  ['too much', Buffer.alloc(32 * 1024 + 2, 'x'), /larger than 32768 bytes/],
])('%s is no value', (_, bytes, message) => {
  expect(() => checked(bytes)).toThrow(message)
})
