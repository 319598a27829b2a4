import { afterEach, expect, test } from 'vitest'
import { noStock } from '../src/compile/with-orbs.ts'
import { type Compiler, startCompiler } from '../src/compiler.ts'
import { branch, pushOf } from './compile/support.ts'

const started: Compiler[] = []
afterEach(() => Promise.all(started.splice(0).map((one) => one.close())))

function compiler(limits?: Parameters<typeof startCompiler>[0]): Compiler {
  const one = startCompiler(limits)
  started.push(one)
  return one
}

const workOf = (text: string) => ({
  source: { text, file: 'config.yml' },
  facts: pushOf(branch('main')),
  orbs: noStock,
})
const small = 'version: 2\njobs: { build: { machine: true, steps: [checkout] } }\n'
/** Two hundred thousand values: far more than a millisecond or a few megabytes, whatever the machine. */
const slow = `version: 2\njobs: { build: { machine: true, steps: [checkout] } }\nnotes: [${'a, '.repeat(200_000)}]\n`

test('a config is compiled in another thread, orbs included', async () => {
  const one = compiler()
  expect(await one.compile(workOf(small))).toMatchObject({
    kind: 'compiled',
    plan: { workflows: [{ jobs: [{ name: 'build' }] }] },
  })
  const withOrb = 'version: 2.1\norbs: { a: b/c@1.0.0 }\nworkflows: { w: { jobs: [a/go] } }\n'
  expect(await one.compile(workOf(withOrb))).toEqual({
    kind: 'needs-orbs',
    references: ['b/c@1.0.0'],
  })
  const text = 'jobs: { go: { machine: true, steps: [checkout] } }\n'
  const orbs = {
    ...noStock,
    answers: new Map([['b/c@1.0.0', { kind: 'source', version: '1.0.0', text } as const]]),
  }
  expect(await one.compile({ ...workOf(withOrb), orbs })).toMatchObject({ kind: 'compiled' })
})

test('while a large config is compiled, this thread goes on', async () => {
  const one = compiler()
  await one.compile(workOf(small))
  let turns = 0
  const count = setInterval(() => (turns += 1), 1)
  await one.compile(workOf(slow))
  clearInterval(count)
  expect(turns).toBeGreaterThan(3)
})

test('a config that takes too long is rejected, and the next one is compiled', async () => {
  const one = compiler({ timeMs: 1, memoryMb: 512 })
  const answer = await one.compile(workOf(slow))
  expect(answer).toMatchObject({ kind: 'rejected' })
  expect(JSON.stringify(answer)).toContain('it took longer than 0.001 s')
  const patient = compiler({ timeMs: 60_000, memoryMb: 16 })
  const [tooMuch, fine] = await Promise.all([
    patient.compile(workOf(slow)),
    patient.compile(workOf(small)),
  ])
  expect(JSON.stringify(tooMuch)).toContain('memory')
  expect(fine.kind).toBe('compiled')
})

test('what is in hand when the compiler is closed is not blamed on the config', async () => {
  const one = compiler()
  await one.compile(workOf(small))
  const turn = one.compile(workOf(slow)).catch(String)
  await new Promise((resolve) => setImmediate(resolve))
  await one.close()
  expect(await turn).toContain('Sluice is stopping')
})
