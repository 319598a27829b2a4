import { expect, test } from 'vitest'
import { createLog, type LogLevel } from '../src/log.ts'

/** The lines that these entries become. */
function lines(
  { level = 'debug', readable = false }: { level?: LogLevel; readable?: boolean },
  write: (log: ReturnType<typeof createLog>) => void,
): readonly string[] {
  const written: string[] = []
  write(createLog({ level, readable, write: (line) => written.push(line), now: () => 0 }))
  return written
}

test('an entry is one JSON object a line for machines', () => {
  const [line = ''] = lines({}, (log) => log.info({ port: 3000, who: 'ann\n' }, 'it "began"'))
  expect(JSON.parse(line)).toEqual({
    time: '1970-01-01T00:00:00.000Z',
    level: 'info',
    message: 'it "began"',
    port: 3000,
    who: 'ann\n',
  })
})

test('an entry is a short line for people', () => {
  expect(lines({ readable: true }, (log) => log.warn({ n: 1, at: 'a b' }, 'look'))).toEqual([
    '00:00:00 warn  look n=1 at="a b"',
  ])
})

test('what is below the level is dropped', () => {
  const all = (log: ReturnType<typeof createLog>) => {
    log.debug({}, 'd')
    log.info({}, 'i')
    log.warn({}, 'w')
    log.error({}, 'e')
  }
  const counts = (['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const).map(
    (level) => lines({ level }, all).length,
  )
  expect(counts).toEqual([4, 4, 3, 2, 1, 0])
})

test.each([true, false])(
  'no fact can end the line or steer the terminal (readable: %s)',
  (readable) => {
    const hostile = '\u001b[2J\r\n\u009b1m\u007f\u202e\u2028'
    const [line = ''] = lines({ readable }, (log) => log.error({ [hostile]: hostile }, hostile))
    expect(line).not.toMatch(/[\p{Cc}\u2028\u202e]/u)
    expect(line).toContain('\\u001b')
  },
)

test('an error is told with its cause, its code and where it came from', () => {
  const cause = Object.assign(new Error('no route'), { code: 'EHOSTUNREACH' })
  const [line = ''] = lines({}, (log) => log.error({ error: new Error('failed', { cause }) }, 'x'))
  expect(JSON.parse(line).error).toMatchObject({
    message: 'failed',
    stack: expect.stringContaining('log.test.ts'),
    cause: { message: 'no route', code: 'EHOSTUNREACH' },
  })
})

test('what JSON cannot hold does not stop the log', () => {
  const circle: Record<string, unknown> = {}
  circle.self = circle
  const written = lines({}, (log) => log.info({ big: 5n, circle, nothing: undefined }, 'odd'))
  expect(written).toHaveLength(1)
  expect(written[0]).toContain('odd')
})

test('long texts are cut and say how long they were', () => {
  const [line = ''] = lines({}, (log) => log.info({ body: 'x'.repeat(10_000) }, 'y'.repeat(10_000)))
  expect(line.length).toBeLessThan(9000)
  expect(line.match(/10000 characters/g)).toHaveLength(2)
})
