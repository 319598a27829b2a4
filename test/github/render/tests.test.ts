import { describe, expect, test } from 'vitest'
import type { RenderOptions } from '../../../src/github/render/desired.ts'
import { render } from '../../../src/github/render/render.ts'
import type { JobState } from '../../../src/model/run.ts'
import type { JobFacts } from '../../../src/ports/checks.ts'
import type { Failure, TestSummary } from '../../../src/ports/test-results.ts'
import { ended, jobFacts, jobRun, running } from '../../support/runs.ts'

const options: RenderOptions = { publicUrl: 'https://sluice.example' }
const failed = ended('failed', '"npm test" exited with code 1')

const failure = (change: Partial<Failure> = {}): Failure => ({
  name: 'adds',
  classname: 'sum',
  file: 'src/sum.test.ts',
  line: 7,
  message: 'expected 2\nat src/sum.test.ts:7',
  index: 0,
  ...change,
})

const tests = (change: Partial<TestSummary> = {}): TestSummary => ({
  total: 10,
  failed: 1,
  skipped: 2,
  seconds: 83.5,
  failures: [failure()],
  slowest: [{ name: 'slow', classname: 'sum', file: null, seconds: 61.2 }],
  flaky: [{ name: 'shaky', classname: 'sum', file: null }],
  ...change,
})

const check = (state: JobState, change: Partial<JobFacts>) =>
  render(jobFacts(jobRun('test', state), change), options)

describe('failed tests', () => {
  test('are annotations on their lines', () => {
    expect(check(failed, { tests: tests() }).annotations).toEqual([
      {
        path: 'src/sum.test.ts',
        start_line: 7,
        end_line: 7,
        annotation_level: 'failure',
        title: 'sum › adds',
        message: 'expected 2\nat src/sum.test.ts:7',
      },
    ])
  })

  test('are on the first line where only the file is known, and have a message in any case', () => {
    const [one] = check(failed, {
      tests: tests({ failures: [failure({ line: null, message: '' })] }),
    }).annotations
    expect(one).toMatchObject({ start_line: 1, end_line: 1, message: 'failed without a message' })
  })

  test.each([null, '', '/usr/lib/x.js', '../x.js', 'a/../../x', 'a\nb', 'a\u202Eb', 'a\uD800b'])(
    'are no annotations where the file is not of the repository: %j',
    (file) => {
      const desired = check(failed, { tests: tests({ failures: [failure({ file })] }) })
      expect(desired.annotations).toEqual([])
      expect(desired.summary).toContain('`sum › adds`')
    },
  )

  test('are warnings where the job succeeded all the same', () => {
    const desired = check(ended('success', 'x'), { tests: tests() })
    expect(desired.annotations.map((one) => one.annotation_level)).toEqual(['warning'])
  })

  test('are no annotations before the job has ended, since GitHub takes none back', () => {
    const desired = check(running, { tests: tests() })
    expect(desired.annotations).toEqual([])
    expect(desired.summary).toContain('1 failed')
  })

  test('are a table in the summary, with the slowest and the flaky named', () => {
    const { summary } = check(failed, { tests: tests({ failed: 3 }) })
    expect(summary).toContain('**10 tests**: 3 failed, 2 skipped, in 1m 24s.')
    expect(summary).toContain(
      [
        '| Failed test | Where | Message |',
        '| --- | --- | --- |',
        '| `sum › adds` | `src/sum.test.ts:7` | expected 2 |',
      ].join('\n'),
    )
    expect(summary).toContain('… and 2 more failed tests.')
    expect(summary).toContain('Slowest: `sum › slow` (1m 01s).')
    expect(summary).toContain('Flaky, passed after failing at this commit: `sum › shaky`.')
  })

  test('cannot write Markdown, HTML or table cells of their own', () => {
    const evil = '</td>|<img src=x>`| [x](https://evil) @ann \u001b[31m\n# big'
    const { summary, annotations } = check(failed, {
      tests: tests({ failures: [failure({ name: evil, message: evil, file: 'a|b' })] }),
    })
    const row = summary.split('\n').find((line) => line.includes('&lt;img')) ?? ''
    expect(row.replaceAll('\\|', '').split('|')).toHaveLength(5)
    // Code shows what it holds and does nothing.
    expect(row.replace(/``.*?``/, '')).not.toMatch(/\[x\]\(|@ann/)
    expect(summary).not.toContain('\u001b')
    expect(annotations[0]?.message).not.toContain('\u001b')
  })

  test('stay within what GitHub takes, however many and long they are', () => {
    const failures = Array.from({ length: 50 }, (_, at) =>
      failure({
        name: `${at} ${'ä'.repeat(500)}`,
        message: '😀'.repeat(4000),
        file: `${'x/'.repeat(200)}${at}`,
      }),
    )
    const desired = check(failed, { tests: tests({ failed: 5000, failures }) })
    expect(Buffer.byteLength(desired.summary)).toBeLessThan(65_535)
    expect(desired.summary).toContain('… and 4980 more failed tests.')
    expect(desired.annotations).toHaveLength(50)
    for (const { title, message } of desired.annotations) {
      expect(Buffer.byteLength(title)).toBeLessThanOrEqual(255)
      expect(Buffer.byteLength(message)).toBeLessThanOrEqual(8000)
    }
  })
})

test('artifacts are links, safe whatever they are called, and the rest is on the page of the job', () => {
  const job = jobRun('test', failed)
  const kept = (path: string) => ({ index: 1, path, blob: 'x', size: 2048 })
  const artifacts = { artifacts: [kept('cov/index.html'), kept('a) [b](c) <d>.txt')], total: 12 }
  const { summary } = render(jobFacts(job, { artifacts }), options)
  const base = `https://sluice.example/jobs/${job.id}`
  expect(summary).toContain(`- [cov/index.html](${base}/artifacts/1/cov/index.html) (2 KiB)`)
  expect(summary).toContain(`](${base}/artifacts/1/a%29%20%5Bb%5D%28c%29%20%3Cd%3E.txt) (2 KiB)`)
  expect(summary).toContain(`… and [10 more](${base}#artifacts)`)
  expect(summary).not.toContain('<d>')
})

test('without tests and artifacts nothing is said of them', () => {
  const { summary, annotations } = check(failed, {})
  expect([summary.includes('test**'), summary.includes('Artifacts'), annotations]).toEqual([
    false,
    false,
    [],
  ])
})
