/** A value of a YAML document. */
export type Value = string | number | boolean | readonly Value[] | Document

/** Entries in the order in which they are printed; a `Map` where keys are names that people chose. */
export type Document = { readonly [key: string]: Value } | ReadonlyMap<string, Value>

/** Those entries that have a value; null stands for a key that is not written. */
export const written = (entries: Readonly<Record<string, Value | null>>): Record<string, Value> =>
  Object.fromEntries(
    Object.entries(entries).filter((entry): entry is [string, Value] => entry[1] !== null),
  )

/** A map that says nothing when empty, such as `environment`. */
export const unlessEmpty = (map: Readonly<Record<string, Value>>): Document | null =>
  Object.keys(map).length === 0 ? null : map

/** A list that says nothing when empty, such as `requires`. */
export const unlessNone = (list: readonly Value[]): readonly Value[] | null =>
  list.length === 0 ? null : list
