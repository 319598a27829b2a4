/** A shell as the config writes it, in words; quotes hold words together, also inside of one. */
export const splitWords = (text: string): readonly string[] =>
  [...text.matchAll(/(?:"[^"]*"|'[^']*'|\S)+/g)].map(([word]) =>
    word.replaceAll(/"([^"]*)"|'([^']*)'/g, (_quoted, double, single) => double ?? single),
  )

/** Milliseconds as CircleCI writes durations: `10m`, `1h`, `90s`. */
export function duration(ms: number): string {
  const units = [
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
  ] as const
  const unit = units.find(([, size]) => ms >= size && ms % size === 0)
  return unit ? `${ms / unit[1]}${unit[0]}` : `${ms}ms`
}

/** Milliseconds as CircleCI says how long it has waited: `10m0s`, `1h15m0s`, `1.5s`, `300ms`. */
export function goDuration(ms: number): string {
  if (ms < 1000) return `${ms}ms`
  const minutes = Math.floor(ms / 60_000)
  const seconds = `${(ms - minutes * 60_000) / 1000}s`
  if (minutes === 0) return seconds
  return minutes < 60
    ? `${minutes}m${seconds}`
    : `${Math.floor(minutes / 60)}h${minutes % 60}m${seconds}`
}

/** What people call a step in a sentence: the first line of its name, not too long. */
export function titleOf(name: string): string {
  const [line = ''] = name.trim().split('\n')
  return line.length > 80 ? `${line.slice(0, 79)}…` : line
}
