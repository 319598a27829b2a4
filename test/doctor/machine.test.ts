import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dataDirectoryFinding } from '../../src/doctor/data-directory.ts'
import { databaseFinding } from '../../src/doctor/database.ts'
import { exitCodeOf } from '../../src/doctor/doctor.ts'
import { executorFinding } from '../../src/doctor/executor.ts'
import { fine, problem, unknown, warning } from '../../src/doctor/finding.ts'
import { gitFinding } from '../../src/doctor/git.ts'
import type { DatabaseState, DoctorParts } from '../../src/doctor/parts.ts'
import { jsonReport, textReport } from '../../src/doctor/report.ts'
import { secretsKeyFinding, settingsFindings } from '../../src/doctor/settings.ts'
import type { ExecutorHealth } from '../../src/ports/executor.ts'
import { folder } from '../setup/support.ts'
import { openPractice } from './support.ts'

const partsWith = async (changes: Partial<DoctorParts>): Promise<DoctorParts> => ({
  ...(await openPractice()).parts,
  ...changes,
})

test('each setting that is wrong is a problem of its own', async () => {
  const mistakes = ['APP_ID is missing: expected a number', 'PORT is "x": expected a port']
  const findings = settingsFindings(await partsWith({ mistakes, app: null }))
  expect(findings.map(({ verdict, message }) => [verdict, message])).toEqual([
    ['problem', mistakes[0]],
    ['problem', mistakes[1]],
  ])
  expect(findings[0]?.action).toContain('sluice setup')
})

test('no key for stored secrets is a warning that says how to make one', async () => {
  const finding = secretsKeyFinding(await partsWith({ hasSecretsKey: false }))
  expect(finding).toMatchObject({
    verdict: 'warning',
    action: expect.stringContaining('openssl rand'),
  })
})

test.each<[DatabaseState, string]>([
  [{ kind: 'ready', what: 'it' }, 'ok'],
  [{ kind: 'not-made' }, 'ok'],
  [{ kind: 'not-migrated', message: 'lacks 0002' }, 'warning'],
  [{ kind: 'failed', message: 'cannot reach the database' }, 'problem'],
])('a database that is %j is %s', async (state, verdict) => {
  const finding = await databaseFinding(await partsWith({ database: async () => state }))
  expect(finding).toMatchObject({ check: 'database', verdict })
})

test('a data directory that is not there yet is looked at through the one above', async () => {
  const path = join(await folder(), 'a', 'b')
  const finding = await dataDirectoryFinding(path)
  expect(finding.verdict).not.toBe('problem')
  expect(finding.message).toContain(`${path} (not made yet) can be written`)
})

test('a data directory that is a file, or below one, is a problem', async () => {
  const place = await folder()
  await writeFile(join(place, 'file'), '')
  for (const path of [join(place, 'file'), join(place, 'file', 'data')])
    expect(await dataDirectoryFinding(path)).toMatchObject({
      verdict: 'problem',
      action: expect.stringContaining('SLUICE_DATA_DIR'),
    })
})

test.skipIf(process.getuid?.() === 0)(
  'a data directory of somebody else is a problem',
  async () => {
    const path = join(await folder(), 'data')
    await mkdir(path)
    await chmod(path, 0o500)
    expect((await dataDirectoryFinding(path)).verdict).toBe('problem')
  },
)

const health = (isolation: ExecutorHealth['isolation'], ...warnings: string[]): ExecutorHealth => ({
  isolation,
  summary: 'steps run here',
  warnings,
})

test.each<[string, ExecutorHealth, boolean, string]>([
  ['apart', health('sandbox'), false, 'ok'],
  ['apart, nearly', health('mounts', 'Jobs share files.'), false, 'warning'],
  ['in the open, which is refused', health('none', 'Anyone can read.'), false, 'problem'],
  ['in the open, which is allowed', health('none', 'Anyone can read.'), true, 'warning'],
  ['nowhere', health('none', 'steps run here'), true, 'problem'],
  [
    'in containers of an engine that is not there',
    health('container', 'steps run here'),
    true,
    'problem',
  ],
])('jobs that run %s', async (_where, state, unisolatedOk, verdict) => {
  const executor = { kind: 'local', health: async () => state } as const
  const finding = await executorFinding(await partsWith({ executor, unisolatedOk }))
  expect(finding).toMatchObject({ check: 'executor', verdict })
})

test('what is told of jobs is made of sentences', async () => {
  const state = health('mounts', 'Forks are refused.', 'Jobs share files.')
  const executor = { kind: 'local', health: async () => state } as const
  const { message } = await executorFinding(await partsWith({ executor }))
  expect(message).toBe('steps run here. Forks are refused. Jobs share files')
})

test('the git of this machine is found', async () => {
  expect(await gitFinding()).toMatchObject({
    verdict: 'ok',
    message: expect.stringMatching(/^git version \d/),
  })
})

test('the exit code says whether something must be mended, or could not be looked at', () => {
  const [ok, warn] = [fine('a', 'b'), warning('a', 'b', 'c')]
  const [wrong, unseen] = [problem('a', 'b', 'c'), unknown('a', 'b', 'c')]
  expect(exitCodeOf([ok, warn])).toBe(0)
  expect(exitCodeOf([ok, unseen])).toBe(3)
  expect(exitCodeOf([ok, unseen, wrong])).toBe(1)
})

test('the report aligns, counts, and steers no terminal', () => {
  const findings = [
    fine('app', 'GitHub knows \u001b[2Jthe App\u202e\nx'),
    problem('permissions', 'lacks much', 'grant it'),
    unknown('x', 'y', 'z'),
  ]
  expect(textReport(findings, [])).toEqual([
    'ok       app          GitHub knows  [2Jthe App x',
    'problem  permissions  lacks much',
    '                      → grant it',
    'unknown  x            y',
    '                      → z',
    '',
    'problems: 1, warnings: 0, 1 could not be looked at',
  ])
})

test('no report shows a secret, wherever it came from', () => {
  const findings = [problem('database', 'password hunter22 is wrong', 'not hunter22')]
  for (const line of [...textReport(findings, ['hunter22']), ...jsonReport(findings, ['hunter22'])])
    expect(line).not.toContain('hunter22')
  expect(jsonReport(findings, ['hunter22'])).toEqual([
    '{"check":"database","verdict":"problem","message":"password *** is wrong","action":"not ***"}',
  ])
})
