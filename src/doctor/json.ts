/** Looking into what came from outside: whatever is not there or of another kind is null. */

export const field = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (Reflect.get(value, key) ?? null) : null

export function textIn(value: unknown, key: string): string | null {
  const found = field(value, key)
  return typeof found === 'string' ? found : null
}

export function numberIn(value: unknown, key: string): number | null {
  const found = field(value, key)
  return typeof found === 'number' ? found : null
}

export const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** The texts of an object by their keys. */
export const textsIn = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(typeof value === 'object' && value !== null ? value : {}).flatMap(
      ([key, text]) => (typeof text === 'string' ? [[key, text]] : []),
    ),
  )
