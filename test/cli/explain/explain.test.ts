import { expect, test } from 'vitest'
import { explain } from '../../../src/cli/explain/explain.ts'
import { codes } from '../../../src/compile/codes.ts'
import { world } from '../world.ts'

test('a code is explained with a wrong config, what is said about it, and a right one', () => {
  const { io, out } = world({})
  expect(explain('unknown-step', io)).toBe(0)
  const [before, said, after] = out.join('\n').split(/(^config\.yml:.*(?:\n {2}.*)+)/m)
  expect(before).toBe(`unknown-step (error): a step that does not exist

There is neither a built-in step nor a command of that name. Commands are
declared under \`commands\`, or come from an orb and are then called
\`orb/command\`.

Wrong:

    version: 2.1
    jobs:
      build:
        docker: [{ image: cimg/base:current }]
        steps:
          - chekout
    workflows:
      main: { jobs: [build] }

`)
  expect(said).toMatch(
    /^config\.yml:6:9: error unknown-step: .*"chekout".*\n {2}6 \| {7}- chekout\n/,
  )
  expect(said).toContain('  hint: Did you mean checkout?')
  expect(after).toBe(`

Right:

    version: 2.1
    jobs:
      build:
        docker: [{ image: cimg/base:current }]
        steps:
          - checkout
    workflows:
      main: { jobs: [build] }
`)
})

test('an example that depends on the push says which push it is', () => {
  const { io, out } = world({})
  expect(explain('requirement-filtered', io)).toBe(0)
  expect(out).toContain('(pushed to branch feature)')
})

test('an example that is too long is described', () => {
  const { io, out } = world({})
  expect(explain('too-large', io)).toBe(0)
  expect(out).toContain('    (A file of eleven million characters.)')
  expect(out.join('\n').length).toBeLessThan(3000)
})

test('without a code all of them are listed, by group', () => {
  const { io, out } = world({})
  expect(explain(null, io)).toBe(0)
  expect(out[0]).toBe('Text and YAML')
  for (const [code, { title }] of Object.entries(codes))
    expect(
      out.filter((line) => line.startsWith(`  ${code} `) && line.endsWith(title)),
    ).toHaveLength(1)
})

test.each([
  ['unknown-jbo', 'sluice: there is no code unknown-jbo. Did you mean unknown-job?'],
  ['toString', 'sluice: there is no code toString. `sluice explain` lists all.'],
])('%s is no code', (code, complaint) => {
  const { io, out, err } = world({})
  expect(explain(code, io)).toBe(1)
  expect(out).toEqual([])
  expect(err).toEqual([complaint])
})
