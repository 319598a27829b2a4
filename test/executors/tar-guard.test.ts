import { Readable } from 'node:stream'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { tarGuard } from '../../src/executors/tar-guard.ts'
import { tarOf } from '../support/executors.ts'

const whole = async (stream: Readable): Promise<Buffer> => Buffer.concat(await stream.toArray())

/** What came through the guard, and whether it took offence. */
async function guarded(bytes: Buffer, chunk: number) {
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, index) =>
    bytes.subarray(index * chunk, (index + 1) * chunk),
  )
  const guard = tarGuard()
  const through: Buffer[] = []
  guard.on('data', (part: Buffer) => through.push(part))
  const end = new Promise<Error | null>((resolve) => {
    guard.once('error', resolve)
    guard.once('end', () => resolve(null))
  })
  Readable.from(chunks).pipe(guard)
  return { error: await end, through: Buffer.concat(through) }
}

test('a decent archive passes byte for byte, in chunks of any size', async () => {
  const link = { type: 'SymbolicLink', linkpath: '../anywhere' } as const
  const long = `${'long/'.repeat(30)}name`
  const bytes = await whole(tarOf({ 'a/b': 'one', c: 'x'.repeat(3000), link, [long]: 'deep' }))
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4000 }), async (chunk) => {
      const { error, through } = await guarded(bytes, chunk)
      expect(error).toBeNull()
      expect(through.equals(bytes)).toBe(true)
    }),
    { numRuns: 30 },
  )
})

test('of a hostile entry not even the header passes, in chunks of any size', async () => {
  const before = await whole(tarOf({ decent: 'x'.repeat(700) }))
  const hostile = await whole(tarOf({ '../evil': 'payload' }))
  const start = before.length - 1024
  const bytes = Buffer.concat([before.subarray(0, start), hostile])
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4000 }), async (chunk) => {
      const { error, through } = await guarded(bytes, chunk)
      expect(error?.message).toContain('"../evil" leads out of the directory')
      expect(through.length).toBeLessThan(start + 512)
    }),
    { numRuns: 30 },
  )
})

test('what is no archive at all is refused', async () => {
  const { error } = await guarded(Buffer.from('no archive'.repeat(200)), 512)
  expect(error?.message).toContain('the archive is refused')
})
