import { expect, test } from 'vitest'
import { expectError, graphOf, jobsNamed, namesOf } from './support.ts'

const sayhello = `version: 2.1
jobs:
  sayhello:
    parameters: { to: { type: string, default: World } }
    machine: true
    steps: [{ run: "echo Hello << parameters.to >>" }]
`

test('oracle 10: invocations of one job without a name are numbered', () => {
  const text = `${sayhello}
workflows:
  w:
    jobs:
      - sayhello: { to: Everyone }
      - sayhello: { to: Ann }
      - sayhello
`
  expect(namesOf(text)).toEqual(['sayhello-1', 'sayhello-2', 'sayhello-3'])
})

test('oracle 11: a requirement names the name that an invocation was given', () => {
  const text = `${sayhello}
  saygoodbye: { machine: true, steps: [checkout] }
workflows:
  w:
    jobs:
      - sayhello: { name: SayHelloChad, to: Chad }
      - sayhello: { to: Ann }
      - saygoodbye: { requires: [SayHelloChad] }
`
  expect(graphOf(text)).toEqual({
    w: { SayHelloChad: '', sayhello: '', saygoodbye: 'SayHelloChad' },
  })
})

test('oracle 12: the second of two jobs of one name may require the other', () => {
  const text = `version: 2.1
${jobsNamed('a')}
workflows:
  w:
    jobs:
      - a
      - a: { requires: [a] }
`
  expect(graphOf(text)).toEqual({ w: { 'a-1': '', 'a-2': 'a-1' } })
})

test('oracle 13: of three jobs of one name none can be required by it', () => {
  const text = `version: 2.1
${jobsNamed('a')}
workflows:
  w:
    jobs:
      - a
      - a
      - a: { requires: [a] }
`
  expectError(text, [/\ba\b/, /2 other jobs/, /name/])
})

test('oracle 14: two workflows may give one name to different jobs of orbs', () => {
  const text = `version: 2.1
orbs:
  one: { jobs: { build: { machine: true, steps: [{ run: one }] } } }
  two: { jobs: { build: { machine: true, steps: [{ run: two }] } } }
workflows:
  first: { jobs: [{ one/build: { name: build_something } }] }
  second: { jobs: [{ two/build: { name: build_something } }] }
`
  const graph = graphOf(text)
  expect(Object.keys(graph)).toEqual(['first', 'second'])
  for (const jobs of Object.values(graph))
    expect(Object.keys(jobs)).toEqual([expect.stringMatching(/^build_something(-[12])?$/)])
})
