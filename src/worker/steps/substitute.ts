import { ok, type Result } from '../../model/result.ts'
import { inside } from './inside.ts'
import type { StepContext, StepEnd } from './step.ts'

type Variables = Readonly<Record<string, string>>

/** `$NAME`, `${NAME}` and `${NAME:-otherwise}` replaced by variables, the unknown ones by nothing. */
export const substituted = (text: string, variables: Variables): string =>
  text.replaceAll(
    /\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::?-([^}]*))?\})/g,
    (_whole, plain: string | undefined, braced: string | undefined, otherwise = '') =>
      variables[plain ?? braced ?? ''] || otherwise,
  )

const mark = '\0SLUICE-VARIABLES\0'

/**
 * The variables as a command of the job would see them now: with what earlier steps have added to
 * BASH_ENV, and what the environment has of its own.
 */
export async function variablesInside(context: StepContext): Promise<Result<Variables, StepEnd>> {
  const script = `printf '${mark.replaceAll('\0', '\\0')}'\nenv -0`
  const said = await inside(context, { name: 'variables', script, shell: null })
  if (!said.ok) return said
  const [, text] = said.value.output.toString().split(mark)
  if (text === undefined || said.value.code !== 0) return ok(context.variables)
  const entries = text.split('\0').filter((entry) => entry.includes('='))
  return ok(Object.fromEntries(entries.map(split)))
}

function split(entry: string): readonly [string, string] {
  const at = entry.indexOf('=')
  return [entry.slice(0, at), entry.slice(at + 1)]
}
