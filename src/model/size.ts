const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** Bytes for people, e.g. `1.5 GiB`. */
export function sized(bytes: number): string {
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10))
  const count = bytes / 1024 ** power
  return `${Number.isInteger(count) ? count : count.toFixed(1)} ${units[power]}`
}
