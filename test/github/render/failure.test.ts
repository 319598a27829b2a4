import { expect, test } from 'vitest'
import { render } from '../../../src/github/render/render.ts'
import { ended, jobFacts, jobRun, queued } from '../../support/runs.ts'

const options = { publicUrl: 'https://sluice.example' }
const failed = jobRun('test', ended('failed', 'exit 1'))
const none = { names: [], total: 0 }

test.each([
  [0, 'queued: next in line'],
  [1, 'queued: 1 task ahead'],
  [2, 'queued: 2 tasks ahead'],
])('a queued job with %i tasks before it', (ahead, title) => {
  expect(render(jobFacts(jobRun('test', queued), { ahead }), options).title).toBe(title)
})

test('the step that failed is named, with its command in a fence that it cannot close', () => {
  const failedStep = { name: 'Unit | tests', command: 'npm test\n```\n<b>' }
  const facts = jobFacts(failed, { failedStep, logTail: 'broken' })
  expect(render(facts, options).summary).toContain(
    'The step `Unit \\| tests` failed; how its log ends is below.\n\n````\nnpm test\n```\n<b>\n````',
  )
})

test.each(['', '\n', null])('a step that failed and wrote nothing has no log: %j', (logTail) => {
  const failedStep = { name: 'restore_cache', command: null }
  const { summary, text } = render(jobFacts(failed, { failedStep, logTail }), options)
  expect(summary).toContain('The step `restore_cache` failed; it wrote nothing.')
  expect(text).toBeNull()
})

test('a job that ran and succeeded says no more than how long it took', () => {
  const ran = { ...jobRun('test', ended('success', 'so it is')), startedAt: 1000, endedAt: 4000 }
  const { summary } = render(jobFacts(ran), options)
  expect(summary).toMatch(/^Succeeded after \S+\.$/m)
})

test('a failed job says what each re-run would run and what it reuses', () => {
  const rerun = {
    dependents: { names: ['deploy'], total: 1 },
    again: { names: ['test', 'deploy'], total: 2 },
    kept: { names: ['build', 'lint'], total: 5 },
  }
  const { summary } = render(jobFacts(failed, { rerun }), options)
  expect(summary).toContain('; in `build` that is now `test`, `deploy`.')
  expect(summary).toContain('Kept, with what they stored: `build`, `lint`, 3 more.')
  expect(summary).toContain('of this check runs `test` and what depends on it: `deploy`.')
  const alone = { dependents: none, again: { names: ['test'], total: 1 }, kept: none }
  expect(render(jobFacts(failed, { rerun: alone }), options).summary).toContain(
    'of this check runs `test`.',
  )
})

test.each([
  ['10%\r50%\r100%\ndone\r\n', '100%\ndone'],
  ['a\r\nb\r\r\nc', 'a\nb\nc'],
  ['half\rwhole\r', 'whole'],
])('what a progress bar has written over is left out: %j', (logTail, shown) => {
  expect(render(jobFacts(failed, { logTail }), options).text).toBe(`\`\`\`\n${shown}\n\`\`\``)
})

test.each(['x'.repeat(2_000_000), '\r'.repeat(2_000_000), '\u001B]'.repeat(500_000)])(
  'a log of one endless line is no burden',
  (logTail) => {
    const { text } = render(jobFacts(failed, { logTail }), options)
    expect(Buffer.byteLength(text ?? '')).toBeLessThanOrEqual(65_535)
  },
)
