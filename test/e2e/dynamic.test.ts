import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type System, startSystem } from '../support/system.ts'

const patience = { timeout: 25_000 }

let system: System
beforeAll(async () => {
  system = await startSystem()
})
afterAll(() => system.close())
afterEach(async () => {
  await system.standIn.settled()
  if (system.standIn.violations.length > 0) throw new Error(system.standIn.violations.join('\n'))
})

const becomes = (sha: string, checks: Record<string, string>) =>
  expect.poll(() => system.checks(sha), patience).toEqual(checks)

/** How often the check `sluice` was begun: a verdict that came too early would be one more. */
const runsOfSluice = (sha: string) =>
  system.standIn.runs(sha).filter(({ name }) => name === 'sluice').length

const indented = (text: string, by: string) => text.trimEnd().replaceAll('\n', `\n${by}`)

/** A setup config whose job `generate` runs these steps, written as YAML at column 0. */
const setupConfig = (steps: string, more = '') => `version: 2.1
setup: true
orbs:
  continuation: circleci/continuation@2.0.1
  path-filtering: circleci/path-filtering@3
${more}jobs:
  generate:
    machine: true
    steps:
      ${indented(steps, '      ')}
workflows:
  setup:
    jobs: [generate]
`

/** What the setup job continues with: a workflow always, another only when it is told to go further. */
const next = `version: 2.1
parameters:
  further: { type: boolean, default: false }
  who: { type: string, default: nobody }
jobs:
  greet:
    machine: true
    steps:
      - run: echo "hello << pipeline.parameters.who >> at $CIRCLE_SHA1; key is \${CIRCLE_CONTINUATION_KEY-none}"
workflows:
  always:
    jobs: [greet]
  gated:
    when: << pipeline.parameters.further >>
    jobs: [greet]
`

/** In version 2.1 a plain `<<` is written with a backslash. */
const writing = (text: string) =>
  `- run: |
    cat > next.yml <<'END'
    ${indented(text, '    ')}
    END
`.replaceAll('<<', String.raw`\<<`)

const continuing = (parameters: object) => `- continuation/continue:
    configuration_path: next.yml
    parameters: '${JSON.stringify(parameters)}'
`

async function push(name: string, config: string): Promise<string> {
  const copy = await system.repository(name)
  const sha = await copy.commit({ '.circleci/config.yml': config })
  await copy.push('HEAD:main')
  return sha
}

describe('a setup config', () => {
  test('runs what its job continues with, and a gated workflow when a parameter opens it', async () => {
    const steps = writing(next) + continuing({ further: true, who: 'world' })
    const sha = await push('further', setupConfig(steps))
    await becomes(sha, {
      'setup / generate': 'success',
      'always / greet': 'success',
      'gated / greet': 'success',
      sluice: 'success',
    })
    expect(await system.jobLog(sha, 'gated / greet')).toContain(
      `hello world at ${sha}; key is none`,
    )
    expect(runsOfSluice(sha)).toBe(1)
  })

  test('leaves a gated workflow closed when no parameter opens it, and the check says why', async () => {
    const sha = await push('closed', setupConfig(writing(next) + continuing({})))
    await becomes(sha, {
      'setup / generate': 'success',
      'always / greet': 'success',
      sluice: 'success',
    })
    expect(system.check(sha, 'sluice').summary).toContain('gated')
  })

  test('that nobody continues is its setup workflow, also when its job says so', async () => {
    const alone = { 'setup / generate': 'success', sluice: 'success' }
    const silent = await push('alone', setupConfig('- run: echo done'))
    await becomes(silent, alone)
    const closed = await push('finished', setupConfig('- continuation/finish'))
    await becomes(closed, alone)
    expect([silent, closed].map(runsOfSluice)).toEqual([1, 1])
  })

  test('is continued with workflows of the same name, which get another', async () => {
    const again = next.replace('always:', 'setup:')
    const sha = await push('same-name', setupConfig(writing(again) + continuing({})))
    await becomes(sha, {
      'setup / generate': 'success',
      'setup (2) / greet': 'success',
      sluice: 'success',
    })
    expect(system.check(sha, 'sluice').summary).toContain('setup (2)')
  })

  test('is continued once: a second step fails, and what the first one brought still runs', async () => {
    const steps = writing(next) + continuing({}) + continuing({ further: true })
    const sha = await push('twice', setupConfig(steps))
    await becomes(sha, {
      'setup / generate': 'failure',
      'always / greet': 'success',
      sluice: 'failure',
    })
    expect(system.check(sha, 'setup / generate').title).toContain('once only')
  })

  test('cannot be continued with a setup config', async () => {
    const again = next.replace('version: 2.1', 'version: 2.1\nsetup: true')
    const sha = await push('setup-again', setupConfig(writing(again) + continuing({})))
    await becomes(sha, { 'setup / generate': 'success', sluice: 'failure' })
    expect(system.check(sha, 'sluice').title).toMatch(/continuation.*setup config/)
  })

  test('is told what is wrong with its continuation, on the lines of that', async () => {
    const wrong = next.replace('jobs: [greet]\n  gated', 'jobs: [gret]\n  gated')
    const sha = await push('wrong', setupConfig(writing(wrong) + continuing({})))
    await becomes(sha, { 'setup / generate': 'success', sluice: 'failure' })
    expect(system.check(sha, 'sluice').title).toContain('config error')
    // What is wrong is added to what was said about the first config, in a request of its own.
    const found = () =>
      system.check(sha, 'sluice').annotations.find(({ message }) => message.includes('gret'))
    const expected = { path: 'next.yml', start_line: 12, annotation_level: 'failure' }
    await expect.poll(found, patience).toMatchObject(expected)
    expect(runsOfSluice(sha)).toBe(1)
  })

  test('that is run again begins a fresh pipeline of the commit', async () => {
    const steps = `${writing(next)}${continuing({})}- run: test "$CIRCLE_PIPELINE_NUMBER" -gt 1\n`
    const sha = await push('again', setupConfig(steps))
    await becomes(sha, {
      'setup / generate': 'failure',
      'always / greet': 'success',
      sluice: 'failure',
    })
    await system.click(sha, 'sluice', 'rerun-failed')
    await becomes(sha, {
      'setup / generate': 'success',
      'always / greet': 'success',
      sluice: 'success',
    })
    expect(system.check(sha, 'sluice').summary).toContain('Pipeline 2')
  })
})

describe('path filtering', () => {
  const filtering = `version: 2.1
setup: true
orbs:
  path-filtering: circleci/path-filtering@1.1.0
workflows:
  setup:
    jobs:
      - path-filtering/filter:
          name: filter
          mapping: |
            # what belongs to what
            src/.*  build true
            docs/.* docs  true .circleci/docs.yml
`
  const gated = (name: string) => `version: 2.1
parameters:
  build: { type: boolean, default: false }
  docs: { type: boolean, default: false }
jobs:
  ${name}:
    machine: true
    steps: [checkout, run: ls]
workflows:
  ${name}:
    when: { or: [<< pipeline.parameters.build >>, << pipeline.parameters.docs >>] }
    jobs: [${name}]
`

  test('runs what the changed files of a branch ask for, with the config of their line', async () => {
    const copy = await system.repository('paths')
    const first = await copy.commit({
      '.circleci/config.yml': filtering,
      '.circleci/continue_config.yml': gated('code'),
      '.circleci/docs.yml': gated('docs'),
    })
    await copy.push('HEAD:main')
    await becomes(first, { 'setup / filter': 'success', sluice: 'success' })

    const code = await copy.commit({ 'src/a.ts': '1' })
    await copy.push('HEAD:code')
    await becomes(code, {
      'setup / filter': 'success',
      'code / code': 'success',
      sluice: 'success',
    })
    const log = await system.jobLog(code, 'setup / filter')
    expect(log).toContain('src/.* matches "src/a.ts", build = true')

    await copy.git('checkout', '--quiet', '-b', 'words', first)
    const docs = await copy.commit({ 'docs/b.md': '2' })
    await copy.push('HEAD:words')
    await becomes(docs, {
      'setup / filter': 'success',
      'docs / docs': 'success',
      sluice: 'success',
    })
  })
})

describe('the API that continues a pipeline', () => {
  /** Posts with nothing but bash, and prints the answer. `body` is text in double quotes of the shell. */
  const posting = (body: string) => `- run: |
    body="${body.replaceAll('"', '\\"')}"
    host=\${SLUICE_API_URL#http://}; host=\${host%%/*}
    exec 3<>/dev/tcp/\${host%:*}/\${host#*:}
    printf 'POST /api/v2/pipeline/continue HTTP/1.1\\r\\nHost: %s\\r\\nContent-Type: application/json\\r\\nContent-Length: %s\\r\\nConnection: close\\r\\n\\r\\n%s' "$host" "\${#body}" "$body" >&3
    cat <&3
`

  test('takes the config of a job that has the key, once', async () => {
    const body = (key: string) =>
      `{"continuation-key": "${key}", "configuration": "version: 2.1\\\\njobs: {a: {machine: true, steps: [{run: echo hi}]}}\\\\nworkflows: {w: {jobs: [a]}}\\\\n", "parameters": {}}`
    const right = body('$CIRCLE_CONTINUATION_KEY')
    const steps = posting(body('wrong')) + posting(right) + posting(right)
    const sha = await push('api', setupConfig(steps))
    await becomes(sha, { 'setup / generate': 'success', 'w / a': 'success', sluice: 'success' })
    const log = await system.jobLog(sha, 'setup / generate')
    expect(log.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 401', 'HTTP/1.1 200', 'HTTP/1.1 409'])
    expect(log).not.toContain('sluice-continue.')
  })
})
