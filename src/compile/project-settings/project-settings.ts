import { type Diagnostic, hasErrors } from '../../model/diagnostic.ts'
import type {
  AutoCancel,
  ForkPolicy,
  ProjectSettings,
  PullRequestAction,
} from '../../model/project-settings.ts'
import type { Source } from '../compile.ts'
import { diagnosticOf, locator } from '../explain.ts'
import { place } from '../read/located.ts'
import { read } from '../read/read.ts'
import {
  boolean,
  type Fields,
  given,
  listOrOne,
  oneOf,
  type Reading,
  record,
  rootField,
} from '../read/reader.ts'
import { normalised } from '../read/text.ts'
import { problems, type Report } from '../report.ts'
import { checkKeys } from '../shape/keys.ts'
import { type Approvers, shapeApprovals, usualPolicy } from './approvals.ts'

export interface ReadSettings {
  /** Null: the file has errors, and nothing of it counts. */
  readonly settings: ProjectSettings | null
  readonly diagnostics: readonly Diagnostic[]
}

/** People write some ten lines; more costs the server time at every click. */
const longestFile = 64 * 1024

/**
 * What a repository's `sluice.yml` says, or everything that is wrong with it. Pure, bounded, never throws.
 * `least` is the role that may approve where the file does not say.
 */
export function readProjectSettings(source: Source, least: Approvers): ReadSettings {
  const text = normalised(source.text)
  const found = problems()
  const settings = settingsOf(text, least, found.report)
  const locate = locator(text)
  const diagnostics = found.list().map((one) => diagnosticOf(one, source.file, locate))
  return { settings: hasErrors(diagnostics) ? null : settings, diagnostics }
}

/** For a repository that says nothing. */
export const usualSettings = (least: Approvers): ProjectSettings => ({
  approvals: { usual: usualPolicy(least), named: [] },
  forks: null,
  autoCancel: 'never',
  onlyBuildPullRequests: false,
  pullRequestActions: [],
})

function settingsOf(text: string, least: Approvers, report: Report): ProjectSettings | null {
  if (text.length > longestFile) {
    const message = `the file has ${text.length} characters; at most ${longestFile} are read`
    report('too-large', place({ start: 0, end: 0 }, ''), message)
    return null
  }
  if (saysNothing(text)) return usualSettings(least)
  const root = read(text, report)
  if (root === null) return null
  const reading: Reading = { report, version: '2.1' }
  if (root.kind === 'map') return shape(record(rootField(root), reading), least, reading)
  const message = `the settings must be a map of keys and values, this is a ${root.kind}`
  report('wrong-type', rootField(root).at, message, 'Begin with `approvals:`.')
  return null
}

/** Nothing but comments: the compiler's reader would ask for a config. */
const saysNothing = (text: string): boolean => /^(?:[ \t]*(?:#.*)?\n)*[ \t]*(?:#.*)?$/.test(text)

const keys = [
  'approvals',
  'forks',
  'auto-cancel',
  'only-build-pull-requests',
  'pull-requests',
] as const

const forkPolicies: readonly ForkPolicy[] = ['hold', 'never', 'always']
const autoCancels: readonly AutoCancel[] = ['never', 'off-default-branch', 'every-branch']
const pullRequestActions: readonly PullRequestAction[] = [
  'opened',
  'synchronize',
  'reopened',
  'closed',
  'ready_for_review',
  'labeled',
]

function shape(fields: Fields | null, least: Approvers, reading: Reading): ProjectSettings | null {
  if (fields === null) return null
  checkKeys(fields, { of: 'the settings of a repository', accepted: keys }, reading)
  return {
    approvals: shapeApprovals(given(fields, 'approvals'), least, reading),
    forks: wordOf(fields, 'forks', forkPolicies, reading),
    autoCancel: wordOf(fields, 'auto-cancel', autoCancels, reading) ?? 'never',
    onlyBuildPullRequests: flagOf(fields, 'only-build-pull-requests', reading),
    pullRequestActions: actionsOf(fields, reading),
  }
}

function wordOf<Word extends string>(
  fields: Fields,
  key: (typeof keys)[number],
  words: readonly Word[],
  reading: Reading,
): Word | null {
  const field = given(fields, key)
  return (field && oneOf(field, words, reading)?.value) ?? null
}

function flagOf(fields: Fields, key: (typeof keys)[number], reading: Reading): boolean {
  const field = given(fields, key)
  return (field && boolean(field, reading)?.value) ?? false
}

function actionsOf(fields: Fields, reading: Reading): readonly PullRequestAction[] {
  const field = given(fields, 'pull-requests')
  const items = field === null ? [] : listOrOne(field)
  return [
    ...new Set(items.flatMap((item) => oneOf(item, pullRequestActions, reading)?.value ?? [])),
  ]
}
