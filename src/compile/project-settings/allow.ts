import type { ApprovalPolicy } from '../../model/project-settings.ts'
import type { Located } from '../read/located.ts'
import { quoted } from '../read/quoted.ts'
import {
  type Field,
  given,
  isNothing,
  listOrOne,
  oneOf,
  type Reading,
  record,
  string,
} from '../read/reader.ts'
import { checkKeys } from '../shape/keys.ts'

type Allow = ApprovalPolicy['allow']

const roles = ['write', 'maintain', 'admin'] as const

/** Each person or team is a question to GitHub at every click. */
const mostNames = 50

/** Whom the section lets in; null where there is none, or a wrong one, which was reported. */
export function shapeAllow(field: Field | undefined, reading: Reading): Allow | null {
  if (field === undefined) return null
  if (isNothing(field)) return lettingNobodyIn(field, reading)
  const fields = record(field, reading)
  if (fields === null) return null
  checkKeys(fields, { of: 'allow', accepted: ['role', 'teams', 'people'] }, reading)
  const role = given(fields, 'role')
  const teams = namesOf(given(fields, 'teams'), checkTeam, reading)
  const people = namesOf(given(fields, 'people'), checkPerson, reading)
  if (role === null && teams.length + people.length === 0) return lettingNobodyIn(field, reading)
  return { role: (role && oneOf(role, roles, reading)?.value) ?? null, teams, people }
}

function lettingNobodyIn(field: Field, { report }: Reading): null {
  const hint = 'Name a role (write, maintain or admin), teams or people.'
  report('bad-value', field.key, 'allow lets nobody in', hint)
  return null
}

type Check = (name: Located<string>, reading: Reading) => void

/** Names without repetition; GitHub compares them without case. */
function namesOf(field: Field | null, check: Check, reading: Reading): readonly string[] {
  const names = (field === null ? [] : listOrOne(field)).flatMap(
    (item) => string(item, reading) ?? [],
  )
  if (field !== null && names.length > mostNames)
    reading.report('bad-value', field.key, `at most ${mostNames} can be named here`)
  for (const name of names.slice(0, mostNames)) check(name, reading)
  return [...new Map(names.map(({ value }) => [value.toLowerCase(), value])).values()]
}

function checkTeam({ value, at }: Located<string>, { report }: Reading): void {
  if (/^[a-z0-9_][a-z0-9_.-]{0,99}$/i.test(value)) return
  const hint = 'Write the last part of its address only: a team of the owner of this repository.'
  report('bad-value', at, `${quoted(value)} is not the slug of a team`, hint)
}

function checkPerson({ value, at }: Located<string>, { report }: Reading): void {
  if (/^[a-z0-9][a-z0-9_-]{0,99}$/i.test(value)) return
  const hint = value.endsWith('[bot]')
    ? 'Bots never approve.'
    : 'Write the name on GitHub, without @.'
  report('bad-value', at, `${quoted(value)} is not the login of a person`, hint)
}
