import type { Log } from './ports/log.ts'

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const
export type LogLevel = (typeof logLevels)[number]

export interface LogTarget {
  /** Entries below it are dropped; `fatal` drops all that we write. */
  readonly level: LogLevel
  /** Takes one line at a time, without its end. */
  readonly write: (line: string) => void
  /** True: lines for people; false: one JSON object a line. */
  readonly readable: boolean
  /** Milliseconds since 1970. */
  readonly now: () => number
}

type Facts = Readonly<Record<string, unknown>>
type Level = keyof Log

/**
 * The operator's log. Whatever the facts hold, an entry is one line and cannot steer a terminal; long
 * texts are cut.
 */
export function createLog(target: LogTarget): Log {
  const entry = (level: Level) => (facts: Facts, message: string) => {
    if (logLevels.indexOf(level) < logLevels.indexOf(target.level)) return
    const time = new Date(target.now()).toISOString()
    const line = target.readable ? readableLine : jsonLine
    target.write(line({ time, level, message }, facts))
  }
  return {
    debug: entry('debug'),
    info: entry('info'),
    warn: entry('warn'),
    error: entry('error'),
  }
}

interface Head {
  readonly time: string
  readonly level: Level
  readonly message: string
}

function jsonLine(head: Head, facts: Facts): string {
  try {
    // The head again: no fact may take its place.
    return json({ ...head, ...facts, ...head })
  } catch (error) {
    return json({ ...head, unprintable: String(error) })
  }
}

function readableLine({ time, level, message }: Head, facts: Facts): string {
  const words = Object.entries(facts).map(([name, value]) => `${visible(name)}=${plain(value)}`)
  return [time.slice(11, 19), level.padEnd(5), visible(cut(message)), ...words].join(' ')
}

/** A text that needs no quotes as it is, everything else as JSON. */
function plain(value: unknown): string {
  if (typeof value === 'string' && /^[\w./:@+-]+$/.test(value)) return cut(value)
  try {
    return json(value)
  } catch (error) {
    return json({ unprintable: String(error) })
  }
}

/** @throws for what JSON cannot hold, such as a circle */
const json = (value: unknown): string => visible(JSON.stringify(value, replacer) ?? String(value))

const longest = 4000
const cut = (text: string): string =>
  text.length > longest ? `${text.slice(0, longest)}… (${text.length} characters)` : text

function replacer(_key: string, value: unknown): unknown {
  if (typeof value === 'string') return cut(value)
  if (typeof value === 'bigint') return String(value)
  if (value instanceof Error) return errorFacts(value)
  return value
}

/** JSON would show an error as an empty object. */
const errorFacts = (error: Error) => ({
  message: error.message,
  stack: error.stack,
  cause: error.cause,
  code: 'code' in error ? error.code : undefined,
})

/** Characters that steer terminals, end lines or turn the direction of text, as JSON would write them. */
const visible = (text: string): string =>
  text.replaceAll(
    /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
