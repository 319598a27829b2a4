import { expect, test } from 'vitest'
import { description } from '../../src/demo/stand-in/description/description.ts'
import { fill } from '../../src/demo/stand-in/description/fill.ts'
import { toJsonSchema } from '../../src/demo/stand-in/description/nullable.ts'

const unreferenced = (reference: string) => {
  throw new Error(`unexpected ${reference}`)
}

test('nullable admits null in the type and in the choices', () => {
  const schema = { type: 'string', enum: ['a'], nullable: true }
  expect(toJsonSchema(schema, 'x')).toEqual({ type: ['string', 'null'], enum: ['a', null] })
})

test('nullable references are wrapped, and references become absolute', () => {
  const schema = { $ref: '#/a', nullable: true }
  expect(toJsonSchema(schema, 'x')).toEqual({ anyOf: [{ $ref: 'x#/a' }, { type: 'null' }] })
})

test('a property that is called nullable is a property', () => {
  const schema = { properties: { nullable: { type: 'boolean' } } }
  expect(toJsonSchema(schema, 'x')).toEqual(schema)
})

test('what is missing is filled, what is there stays, what is optional stays away', () => {
  const schema = {
    type: 'object',
    required: ['id', 'kind', 'when', 'inner', 'list', 'maybe'],
    properties: {
      id: { type: 'integer' },
      kind: { type: 'string', enum: ['x', 'y'] },
      when: { type: 'string', format: 'date-time' },
      maybe: { type: ['string', 'null'] },
      optional: { type: 'string' },
      inner: { type: 'object', required: ['a'], properties: { a: { type: 'boolean' } } },
      list: {
        type: 'array',
        items: { type: 'object', required: ['b'], properties: { b: { type: 'string' } } },
      },
    },
  }
  expect(fill(schema, { kind: 'y', list: [{}], extra: 1 }, unreferenced)).toEqual({
    id: 0,
    kind: 'y',
    when: '2020-01-01T00:00:00Z',
    maybe: null,
    inner: { a: false },
    list: [{ b: '' }],
    extra: 1,
  })
})

test('of several choices the one is filled that the value may be meant as', () => {
  const file = {
    type: 'object',
    required: ['size'],
    properties: { size: { type: 'integer' }, type: { enum: ['file'] } },
  }
  const link = {
    type: 'object',
    required: ['target'],
    properties: { target: { type: 'string' }, type: { enum: ['link'] } },
  }
  const schema = { oneOf: [{ type: 'array' }, file, link] }
  expect(fill(schema, { type: 'link' }, unreferenced)).toEqual({ type: 'link', target: '' })
  expect(fill(schema, [1], unreferenced)).toEqual([1])
})

const successes = description().operations.flatMap((operation) =>
  Object.entries(operation.answers).flatMap(([status, schema]) =>
    schema && Number(status) < 400 ? [[operation.id, status, schema] as const] : [],
  ),
)

test.each(successes)('an empty answer to %s %s can be filled to a valid one', (_, __, schema) => {
  const filled = description().fill(schema, undefined)
  expect(description().errors(schema, filled)).toEqual([])
})

test('a wrong answer is noticed', () => {
  const [, , schema] = successes.find(([id]) => id === 'checks/get') ?? []
  if (!schema) throw new Error('checks/get is not described')
  const filled = description().fill(schema, { status: 'done' })
  expect(description().errors(schema, filled)).toMatchObject([{ instancePath: '/status' }])
})
