import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { nativeOrb } from '../../src/compile/native/index.ts'

const pathFiltering = 'circleci/path-filtering'

test.each(['circleci/continuation', pathFiltering])(
  '%s is built in, whatever its version',
  (name) => {
    const texts = ['0.1.0', '1', '2.0', 'volatile'].map((version) =>
      nativeOrb(`${name}@${version}`),
    )
    expect(new Set(texts.map((orb) => orb?.text)).size).toBe(1)
    expect(parse(texts[0]?.text ?? '', { merge: true })).toMatchObject({ version: 2.1 })
  },
)

test.each([
  'circleci/node@5.2.0',
  'acme/continuation@1.0.0',
  'circleci/continuation',
  'circleci/continuation@dev:mine',
  'circleci/continuation@1.0.0.0',
  'circleci/constructor@1',
  'https://example.org/continuation.yml',
])('%s is not built in', (reference) => {
  expect(nativeOrb(reference)).toBeNull()
})

/** What a caller must know of a parameter. */
interface Parameter {
  readonly type: string
  readonly default?: unknown
  readonly enum?: readonly string[]
}
type Elements = Readonly<Record<string, { readonly parameters?: Record<string, Parameter> }>>
interface Orb {
  readonly commands: Elements
  readonly jobs: Elements
  readonly executors: Elements
}

const real = resolve(import.meta.dirname, '../../../shared/data/orbs/circleci__path-filtering.yml')
if (!existsSync(real)) console.info(`not compared with CircleCI's orb: ${real} is not there`)

describe.runIf(existsSync(real))('path filtering takes what CircleCI’s orb takes', () => {
  const theirs: Orb = parse(existsSync(real) ? readFileSync(real, 'utf8') : '{}')
  const ours: Orb = parse(nativeOrb(`${pathFiltering}@2`)?.text ?? '', { merge: true })
  const kinds = ['commands', 'jobs', 'executors'] as const

  test.each(kinds)('%s', (kind) => {
    for (const [name, { parameters = {} }] of Object.entries(theirs[kind]))
      for (const [key, parameter] of Object.entries(parameters))
        expect({ name, key, ...signature(ours[kind][name]?.parameters?.[key]) }).toEqual({
          name,
          key,
          ...signature(parameter),
        })
  })
})

const signature = (parameter: Parameter | undefined) => ({
  type: parameter?.type,
  default: parameter?.default,
  values: parameter?.enum,
})
