import type { Operation } from '../description/operations.ts'

export interface Route {
  readonly operation: Operation
  /** Values of the path's parameters, decoded. */
  readonly path: Readonly<Record<string, string>>
}

/** Finds what a path (below `/api/v3`, still encoded) asks for; null: nothing GitHub knows. */
export type Router = (method: string, path: string) => Route | null

/** Literal segments win over parameters; parameters that hold slashes take as many as they can. */
export const makeRouter = (operations: readonly Operation[]): Router => {
  const candidates = operations
    .map((operation) => ({ operation, ...compileTemplate(operation) }))
    .toSorted((one, two) => two.literals - one.literals)
  return (method, path) => {
    for (const { operation, pattern } of candidates) {
      const match = operation.method === method ? pattern.exec(path) : null
      const values = match && decodeAll(match.groups ?? {})
      if (values) return { operation, path: values }
    }
    return null
  }
}

const compileTemplate = ({ template, path }: Operation) => {
  const long = new Set(
    path.filter((parameter) => parameter['x-multi-segment']).map((parameter) => parameter.name),
  )
  const source = template
    .split('/')
    .map((segment) =>
      segment
        .replaceAll(/[.]/g, '\\.')
        .replaceAll(/\{(\w+)\}/g, (_, name: string) =>
          long.has(name) ? `(?<${name}>.+)` : `(?<${name}>[^/]+)`,
        ),
    )
    .join('/')
  const literals = template.split('/').filter((segment) => !segment.startsWith('{')).length
  return { pattern: new RegExp(`^${source}$`), literals }
}

const decodeAll = (values: Readonly<Record<string, string>>): Record<string, string> | null => {
  try {
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, decodeURIComponent(value)]),
    )
  } catch {
    return null
  }
}
