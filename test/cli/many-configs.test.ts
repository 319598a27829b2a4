import { expect, test } from 'vitest'
import { WrongCall } from '../../src/cli/failure.ts'
import { validate } from '../../src/cli/validate.ts'
import { world } from './world.ts'

const good = 'version: 2.1\njobs: { build: { machine: { image: default }, steps: [checkout] } }\n'
const names = Array.from({ length: 300 }, (_, index) => `${index}.yml`)
const options = { json: false }

test('hundreds of configs are answered in the order of their names', async () => {
  const { io, out } = world(Object.fromEntries(names.map((name) => [name, good])))
  // The later a file is named, the sooner it is read.
  const readFile = async (path: string) => {
    for (let turn = names.indexOf(path) % 10; turn < 10; turn++) await Promise.resolve()
    return io.readFile(path)
  }
  expect(await validate(names, options, { ...io, readFile })).toBe(0)
  expect(out).toEqual(names.map((name) => `${name} is valid`))
})

test('only a few files are held at once', async () => {
  const { io, out } = world({})
  let held = 0
  let most = 0
  const readFile = async () => {
    held += 1
    most = Math.max(most, held - out.length)
    return good
  }
  expect(await validate(names, options, { ...io, readFile })).toBe(0)
  expect(most).toBeGreaterThan(1)
  expect(most).toBeLessThan(20)
})

test('what cannot be read is told in its place, and the rest is answered', async () => {
  const { io, out, err } = world({ 'a.yml': good, 'c.yml': good, 'd.yml': 'version: 2.1\n' })
  expect(await validate(['a.yml', 'b.yml', 'c.yml', 'd.yml'], options, io)).toBe(2)
  expect(out).toEqual(['a.yml is valid', 'c.yml is valid'])
  expect(err[0]).toBe('sluice: cannot read b.yml: ENOENT: no such file')
  expect(err[1]).toContain('d.yml:1:1: error no-workflow')
})

test('standard input can be one of the files, and only once', async () => {
  const { io, out } = world({ '-': good, 'a.yml': good })
  expect(await validate(['a.yml', '-'], options, io)).toBe(0)
  expect(out).toEqual(['a.yml is valid', '- is valid'])
  await expect(validate(['-', 'a.yml', '-'], options, io)).rejects.toThrow(WrongCall)
})
