/** A shell as the config writes it, in words; quotes hold words together. */
export const splitWords = (text: string): readonly string[] =>
  [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? '',
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

/** What people call a step in a sentence: the first line of its name, not too long. */
export function titleOf(name: string): string {
  const [line = ''] = name.trim().split('\n')
  return line.length > 80 ? `${line.slice(0, 79)}…` : line
}
