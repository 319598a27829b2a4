import type { ApprovalPolicies, ApprovalPolicy } from '../../model/project-settings.ts'
import { quoted } from '../read/quoted.ts'
import {
  boolean,
  type Field,
  type Fields,
  given,
  integer,
  type Reading,
  record,
} from '../read/reader.ts'
import { checkKeys } from '../shape/keys.ts'
import { longestPattern } from '../shape/pattern.ts'
import { shapeAllow } from './allow.ts'
import { shapeExpiry } from './expiry.ts'

/** The least role that may approve, reject, cancel and re-run. */
export type Approvers = NonNullable<ApprovalPolicy['allow']['role']>

/** Where a repository says nothing: anybody with the role, at any time. */
export const usualPolicy = (least: Approvers): ApprovalPolicy => ({
  allow: { role: least, teams: [], people: [] },
  notAuthor: false,
  peopleNeeded: 1,
  expiresAfterMs: null,
})

const policyKeys = ['allow', 'not-author', 'people-needed', 'expires'] as const

/** The section `approvals`: the usual policy, and those of some jobs, which say how they differ from it. */
export function shapeApprovals(
  field: Field | null,
  least: Approvers,
  reading: Reading,
): ApprovalPolicies {
  const fields = field && record(field, reading)
  if (fields === null) return { usual: usualPolicy(least), named: [] }
  checkKeys(fields, { of: 'approvals', accepted: [...policyKeys, 'jobs'] }, reading)
  const usual = shapePolicy(fields, usualPolicy(least), reading)
  const jobs = given(fields, 'jobs')
  const named = [...((jobs && record(jobs, reading)?.all) ?? [])]
  return { usual, named: named.map(([name, one]) => namedPolicy(name, one, usual, reading)) }
}

function namedPolicy(pattern: string, field: Field, usual: ApprovalPolicy, reading: Reading) {
  checkPattern(pattern, field, reading)
  const fields = record(field, reading)
  if (fields === null) return { pattern, policy: usual }
  checkKeys(fields, { of: 'the approvals of a job', accepted: policyKeys }, reading)
  return { pattern, policy: shapePolicy(fields, usual, reading) }
}

function checkPattern(pattern: string, { key }: Field, { report }: Reading): void {
  if (pattern === '' || pattern.length > longestPattern)
    report('bad-value', key, `a pattern of job names has 1 to ${longestPattern} characters`)
  if (/^\/.+\/$/s.test(pattern)) {
    const message = `${quoted(pattern)} is a regular expression; names of jobs are matched by * and ?`
    report('bad-value', key, message, 'Write e.g. `deploy-*`.')
  }
}

/** What the section does not say is as in `otherwise`. */
function shapePolicy(fields: Fields, otherwise: ApprovalPolicy, reading: Reading): ApprovalPolicy {
  const notAuthor = given(fields, 'not-author')
  const needed = given(fields, 'people-needed')
  const expires = given(fields, 'expires')
  const policy = {
    allow: shapeAllow(fields.all.get('allow'), reading) ?? otherwise.allow,
    notAuthor: (notAuthor && boolean(notAuthor, reading)?.value) ?? otherwise.notAuthor,
    peopleNeeded: (needed && peopleNeeded(needed, reading)) ?? otherwise.peopleNeeded,
    expiresAfterMs: expires === null ? otherwise.expiresAfterMs : shapeExpiry(expires, reading),
  }
  checkReachable(policy, needed ?? fields.all.get('allow'), reading)
  return policy
}

const mostPeople = 10

function peopleNeeded(field: Field, reading: Reading): number | null {
  const number = integer(field, reading)
  if (number === null) return null
  if (number.value >= 1 && number.value <= mostPeople) return number.value
  const message = `people-needed must be between 1 and ${mostPeople}, this is ${number.value}`
  reading.report('bad-value', number.at, message, 'Write how many different people must approve.')
  return null
}

/** More people than are named could never come together. */
function checkReachable(
  { allow, peopleNeeded: needed }: ApprovalPolicy,
  field: Field | undefined,
  { report }: Reading,
): void {
  const { role, teams, people } = allow
  if (field === undefined || role !== null || teams.length > 0) return
  if (people.length >= needed || people.length === 0) return
  const message = `${needed} people must approve, and only ${people.length} may`
  report('bad-value', field.key, message, 'Name more people, a team or a role below allow.')
}
