import { expect, test } from 'vitest'
import { compile } from '../../src/compile/compile.ts'
import { factsFrom } from './oracles/support.ts'
import {
  type Arguments,
  argumentsFor,
  calling,
  type Element,
  elements,
  misfits,
  orbsAreThere,
  requiredOf,
  shelf,
} from './real-orbs.ts'
import { lineOf, regex } from './support.ts'

if (!orbsAreThere) console.log('real-orbs.test.ts is skipped: there are no orbs beside the project')
const titled = elements.map((element) => ({
  title: `${element.orb} ${element.kind} ${element.name}`,
  element,
}))

const answerTo = (element: Element, given: Arguments) =>
  compile({ text: calling(element, given), file: 'config.yml' }, factsFrom(), {
    regex,
    orbs: shelf,
  })

function compiled(element: Element, given: Arguments) {
  const answer = answerTo(element, given)
  if (answer.kind === 'compiled') return answer.plan
  const why = answer.kind === 'rejected' ? answer.diagnostics.map(lineOf) : answer.references
  throw new Error(`${answer.kind}:\n${why.join('\n')}\n\n${calling(element, given)}`)
}

test.runIf(orbsAreThere)('there are eight orbs, with jobs, commands and executors', () => {
  expect(new Set(elements.map(({ orb }) => orb)).size).toBe(8)
  for (const kind of ['jobs', 'commands', 'executors'])
    expect(elements.filter((element) => element.kind === kind).length).toBeGreaterThan(5)
})

test.each(titled)('$title: with the arguments that it requires, and with all', ({ element }) => {
  for (const all of [false, true]) {
    const plan = compiled(element, argumentsFor(element, all))
    const [job] = plan.workflows[0]?.jobs ?? []
    expect(job?.body?.steps.length).toBeGreaterThanOrEqual(all ? 1 : 0)
    expect(JSON.stringify(job?.body)).not.toMatch(/<<[^<>]*(parameters|pipeline)\.[^<>]*>>/)
  }
})

/** Some error names the argument and the way to it. */
function expectRefused(element: Element, given: Arguments, phrases: readonly RegExp[]): void {
  const answer = answerTo(element, given)
  const errors =
    answer.kind === 'rejected'
      ? answer.diagnostics.filter(({ severity }) => severity === 'error')
      : []
  const trail =
    element.kind === 'jobs'
      ? [/\bflow\b/, new RegExp(`it/${element.name}`)]
      : [/\bflow\b/, /\bcaller\b/, new RegExp(`it/${element.name}`)]
  const said = errors.map(({ message, hint }) => `${message}\n${hint ?? ''}`)
  const good = said.some((text) => [...trail, ...phrases].every((phrase) => phrase.test(text)))
  if (good) return
  const wanted = [...trail, ...phrases].join(' ')
  expect.fail(`wanted ${wanted}, found ${answer.kind}:\n${said.join('\n')}`)
}

test.each(titled)('$title: an argument that it does not declare is refused', ({ element }) => {
  const given = { ...argumentsFor(element), 'no-such-argument': 1 }
  expectRefused(element, given, [/unexpected argument/i, /no-such-argument/])
})

const needing = titled.filter(({ element }) => requiredOf(element).length > 0)

test.each(needing)('$title: each argument that it requires is missed', ({ element }) => {
  for (const missing of requiredOf(element)) {
    const given = argumentsFor(element)
    const rest = Object.fromEntries(Object.entries(given).filter(([name]) => name !== missing))
    expectRefused(element, rest, [/missing required argument/i, new RegExp(`\\b${missing}\\b`)])
  }
})

test.each(titled)('$title: an argument of another type is refused', ({ element }) => {
  for (const [name, value] of misfits(element)) {
    const given = { ...argumentsFor(element), [name]: value }
    expectRefused(element, given, [new RegExp(name), new RegExp(String(value))])
  }
})
