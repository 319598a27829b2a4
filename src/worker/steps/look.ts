import { err, ok, type Result } from '../../model/result.ts'
import { inside, lastLine } from './inside.ts'
import { refused, type StepContext, type StepEnd } from './step.ts'

/** What a path of the job leads to. */
export type Seen =
  | { readonly kind: 'nothing' }
  /** `path`: absolute, all links followed. */
  | { readonly kind: 'file' | 'directory'; readonly path: string }

const lookScript = `
if [ -d "$LOOK_AT" ]; then cd -P -- "$LOOK_AT" && printf 'directory\\0%s\\0' "$(pwd -P)"
elif [ -f "$LOOK_AT" ]; then
  if [ -L "$LOOK_AT" ]; then LOOK_AT=$(readlink -f -- "$LOOK_AT"); fi
  cd -P -- "$(dirname -- "$LOOK_AT")" && printf 'file\\0%s/%s\\0' "$(pwd -P)" "$(basename -- "$LOOK_AT")"
else printf 'nothing\\0\\0'
fi`

/** Looks in the job's environment, as the job's user. */
export async function look(context: StepContext, path: string): Promise<Result<Seen, StepEnd>> {
  const env = { LOOK_AT: context.environment.resolve(path) }
  const said = await inside(context, { name: 'look', script: lookScript, env })
  if (!said.ok) return said
  const { code, output } = said.value
  if (code !== 0) return err(refused(`${path} could not be looked at: ${lastLine(output)}`))
  const [kind, found = ''] = output.toString().split('\0')
  if (kind !== 'file' && kind !== 'directory') return ok({ kind: 'nothing' })
  // The folder that holds everything ends its name in a slash already.
  return ok({ kind, path: found.replace(/^\/\//, '/') })
}

/** Which of the absolute paths lead to nothing. A link counts, wherever it leads. */
export async function missingOf(
  context: StepContext,
  name: string,
  paths: readonly string[],
): Promise<Result<ReadonlySet<string>, StepEnd>> {
  const script = `
set -- ${paths.map(quoted).join(' ')}
place=0
for path do
  if [ ! -e "$path" ] && [ ! -L "$path" ]; then printf 'missing %s\\n' "$place"; fi
  place=$((place + 1))
done`
  const said = await inside(context, { name, script })
  if (!said.ok) return said
  const places = said.value.output.toString().matchAll(/^missing (\d+)$/gm)
  return ok(new Set([...places].map(([, place]) => paths[Number(place)] ?? '')))
}

/** `word` as one literal word of a POSIX shell. */
export const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`
