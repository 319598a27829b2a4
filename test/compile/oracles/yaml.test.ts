import { expect, test } from 'vitest'
import { bodyOf, expectClean, expectFinding, scriptOf } from './support.ts'

test('oracle 42: an unknown top-level key may hold anchors, and is otherwise ignored', () => {
  const text = `version: 2.1
references:
  nonsense: &nonsense
    machine: { image: "ubuntu-2204:current" }
jobs:
  build:
    <<: *nonsense
    steps: [checkout]
workflows: { w: { jobs: [build] } }
`
  expectClean(text, 'warning')
  expect(bodyOf(text).runsIn).toMatchObject({ kind: 'machine', image: 'ubuntu-2204:current' })
})

test('oracle 44: a date in an environment stays the text it is', () => {
  const text = `version: 2.1
jobs:
  build:
    machine: true
    environment: { foo: 2019-01-01, at: 2001-12-14T21:59:43.10-05:00 }
    steps: [checkout]
workflows: { w: { jobs: [build] } }
`
  expect(bodyOf(text).environment).toEqual({
    foo: '2019-01-01',
    at: '2001-12-14T21:59:43.10-05:00',
  })
})

test('oracle 45: a map may have two merge keys', () => {
  const text = `version: 2.1
a: &a { machine: true }
b: &b { environment: { A: "1" } }
jobs:
  build:
    <<: *a
    <<: *b
    steps: [{ run: hello }]
workflows: { w: { jobs: [build] } }
`
  expectClean(text, 'error')
  expect(bodyOf(text).environment).toEqual({ A: '1' })
  expect(scriptOf(text)).toEqual(['hello'])
})

test('oracle 45: an alias without an anchor is an error that names it', () => {
  const text = `version: 2.1
jobs:
  build:
    <<: *nowhere # here
    machine: true
    steps: [checkout]
workflows: { w: { jobs: [build] } }
`
  expectFinding(text, { severity: 'error', says: [/nowhere/] })
})
