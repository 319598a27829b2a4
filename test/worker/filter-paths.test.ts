import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { commitSha } from '../../src/model/ids.ts'
import type { FilterPathsStep, Step } from '../../src/model/step.ts'
import { trigger } from '../support/builders.ts'
import { runStep, type Workplace, workplace } from '../support/workplace.ts'

/** The same commits wherever it runs: three on main, of which a branch leaves the second. */
const history = `
export GIT_AUTHOR_NAME=ann GIT_AUTHOR_EMAIL=ann@example.org GIT_AUTHOR_DATE='2026-01-01T00:00:00Z'
export GIT_COMMITTER_NAME=ann GIT_COMMITTER_EMAIL=ann@example.org GIT_COMMITTER_DATE='2026-01-01T00:00:00Z'
export GIT_CONFIG_GLOBAL=/dev/null
git init --quiet --initial-branch=main .
add() { mkdir -p "$(dirname "$1")"; echo "$1" > "$1"; git add .; git commit --quiet -m "$1"; }
add first.txt
add docs/second.md
git checkout --quiet -b topic
add src/topic.ts
add 'src/ümlaut name.ts'
git checkout --quiet main
add lib/third.ts
git update-ref refs/remotes/origin/main main
git checkout --quiet topic
`

let place: Workplace
let shas: Readonly<Record<'main' | 'topic' | 'first', string>>

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-history-'))
  execFileSync('/bin/sh', ['-ec', history], { cwd: folder })
  const shaOf = (ref: string) =>
    execFileSync('git', ['rev-parse', ref], { cwd: folder }).toString().trim()
  shas = { main: shaOf('main'), topic: shaOf('topic'), first: shaOf('main~2') }
  rmSync(folder, { recursive: true })
  place = await workplace()
  await place.start()
})
afterAll(() => place.close())

const mapping = `
# pattern parameter value config
src/.*   build  true  src.yml
src/ü.*  umlaut "yes" umlaut.yml
docs/.*  docs   true
lib/.*   lib    1
first.*  first  true
`

const filterStep = (change: Partial<FilterPathsStep> = {}): Step => ({
  name: 'filter',
  when: 'on_success',
  where: runStep('').where,
  type: 'filter_paths',
  baseRevision: 'main',
  mapping,
  exclude: '',
  configPath: 'usual.yml',
  sameBaseRun: true,
  outputPath: '/tmp/out/parameters.json',
  ...change,
})

const made = runStep(history, { name: 'history' })
const look = runStep(
  'cat /tmp/out/parameters.json /tmp/filtered-config-list /tmp/files-changed-list',
)

async function filtered(
  change: Partial<FilterPathsStep> = {},
  { sha = shas.topic, before = [made] }: { sha?: string; before?: readonly Step[] } = {},
) {
  const steps = [...before, filterStep(change), look]
  const { commit } = trigger({ kind: 'branch', name: 'topic' }, commitSha(sha))
  const queued = await place.queue(steps, { trigger: { commit } })
  const outcome = await queued.outcome()
  const log = await queued.log(before.length + 1)
  return { outcome, log, lines: (await queued.log(before.length + 2)).trimEnd().split('\n') }
}

test('a branch is compared with where it left the base, and the step says what it found', async () => {
  const { outcome, log, lines } = await filtered()
  expect(outcome).toEqual({ kind: 'success' })
  expect(lines).toEqual([
    '{"build":true,"umlaut":"yes"}',
    'src.yml',
    'umlaut.yml',
    'src/topic.ts',
    'src/ümlaut name.ts',
  ])
  expect(log).toContain(`to ${shas.topic.slice(0, 10)}: 2 files`)
  expect(log).toContain('Line 3: src/.* matches "src/topic.ts", build = true, config src.yml')
  expect(log).toContain('Parameters: {"build":true,"umlaut":"yes"}')
})

test('on the base itself the commit before is compared with, or nothing', async () => {
  const on = await filtered({}, { sha: shas.main })
  expect(on.lines).toEqual(['{"lib":1}', 'usual.yml', 'lib/third.ts'])
  const off = await filtered({ sameBaseRun: false }, { sha: shas.main })
  expect(off.lines).toEqual(['{}', 'usual.yml'])
  expect(off.log).toContain('No line of the mapping matches')
})

test('the first commit of all is compared with nothing at all', async () => {
  const { lines } = await filtered({}, { sha: shas.first })
  expect(lines).toEqual(['{"first":true}', 'usual.yml', 'first.txt'])
})

test('mapping and exclusions may be files, and name variables of the job', async () => {
  const before = [
    made,
    runStep(`echo 'src/.* build "some"' > mapping.conf; echo 'src/topic.*' > exclude.conf`),
    runStep('echo "export WHAT=mapping BASE=main" >> "$BASH_ENV"'),
  ]
  const files = { mapping: '$WHAT.conf', exclude: 'exclude.conf', baseRevision: '${BASE}' }
  const { lines, log } = await filtered(files, { before })
  expect(lines[0]).toBe('{"build":"some"}')
  expect(log).toContain('matches "src/ümlaut name.ts"')
})

test.each([
  ['a base that is not there', { baseRevision: 'trunk' }, 'the base revision trunk is neither'],
  ['a base that would be an option', { baseRevision: '--all' }, 'names no revision'],
  ['a mapping that is wrong', { mapping: 'a b c d e' }, 'has 5 columns'],
  ['a pattern that is none', { mapping: '( a true' }, 'the pattern ( cannot be matched'],
])('%s fails the step with the reason', async (_name, change, reason) => {
  const { outcome } = await filtered(change)
  expect(outcome).toMatchObject({ kind: 'failed', step: 'filter', exitCode: null })
  expect(outcome).toHaveProperty('because', expect.stringContaining(reason))
})

test('without a repository, or without the commit, the step fails and says what is missing', async () => {
  const none = await filtered({}, { before: [] })
  expect(none.outcome).toHaveProperty('because', expect.stringContaining('check out before'))
  const gone = await filtered({}, { sha: 'ab'.repeat(20) })
  expect(gone.outcome).toHaveProperty(
    'because',
    expect.stringContaining('is not in the repository'),
  )
})
