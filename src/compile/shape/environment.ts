import {
  type Field,
  isNothing,
  listOrOne,
  type Reading,
  record,
  string,
  stringOrEmpty,
} from '../read/reader.ts'
import { isTrue } from '../read/scalar.ts'

/** Variables, their values the very text of the source. */
export type Environment = Readonly<Record<string, string>>

/** A map of variables, or (old forms) a list of such maps or of `NAME=value`, later ones winning. */
export function environment(field: Field | undefined, reading: Reading): Environment {
  if (field === undefined || isNothing(field)) return {}
  return Object.fromEntries(listOrOne(field).flatMap((item) => variables(item, reading)))
}

function variables(field: Field, reading: Reading): readonly (readonly [string, string])[] {
  const assignment = /^([^=]+)=(.*)$/s.exec(field.value.kind === 'scalar' ? field.value.text : '')
  if (assignment !== null) return assigned(field, assignment[1] ?? '', reading)
  const fields = record(field, reading)
  if (fields === null) return []
  return [...fields.all].flatMap(([name, value]) => {
    const text = variable(value, reading)
    return checkedName(name, value, reading) && text !== null ? [[name, text] as const] : []
  })
}

/** CircleCI gives a boolean argument as 1 or 0; one that is written out keeps its word. */
function variable(field: Field, reading: Reading): string | null {
  const { value: node } = field
  if (node.kind === 'scalar' && node.type === 'boolean' && node.substituted === true)
    return isTrue(node.text) ? '1' : '0'
  return stringOrEmpty(field, reading)?.value ?? null
}

/** `NAME=value` as one text. */
function assigned(field: Field, name: string, reading: Reading) {
  const text = string(field, reading)
  if (text === null || !checkedName(name, field, reading)) return []
  return [[name, text.value.slice(name.length + 1)] as const]
}

function checkedName(name: string, field: Field, { report }: Reading): boolean {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return true
  const shown = JSON.stringify(name)
  if (name === '' || /[=\0]/.test(name)) {
    report('bad-name', field.key, `${shown} cannot be the name of an environment variable`)
    return false
  }
  const hint = 'Use letters, digits and underscores, not beginning with a digit.'
  report('environment-name', field.key, `shells cannot read a variable named ${shown}`, hint)
  return true
}
