import { expect, test } from 'vitest'
import { codesOf, findings, lineOf, onlyJob, planOf, withJob } from '../support.ts'

const steps = '    steps: [checkout]\n'
const environmentOf = (yaml: string) =>
  onlyJob(planOf(withJob(`    environment:\n${yaml}\n${steps}`))).body?.environment

test.each([
  ['3.10', '3.10'],
  ['2019-01-01', '2019-01-01'],
  ['12345678901234567890', '12345678901234567890'],
  ['0x1F', '0x1F'],
  ['1_000', '1_000'],
  ['Yes', 'Yes'],
  ['.inf', '.inf'],
  ['', ''],
  ['~', ''],
  ['null', ''],
  ["''", ''],
  ['"null"', 'null'],
  ['!!str 010', '010'],
  ['"two\\nlines"', 'two\nlines'],
  ['<< not a template >>', '<< not a template >>'],
])('an environment value written %s reaches the job as %j', (written, text) => {
  expect(environmentOf(`      A: ${written}`)).toEqual({ A: text })
})

test.each(['yes', 'Yes', 'YES', 'on', 'On', 'true', 'TRUE'])(
  '%s is true, as in YAML 1.1',
  (word) => {
    const job = onlyJob(
      planOf(withJob(`    steps: [{ run: { command: a, background: ${word} } }]`)),
    )
    expect(job.body?.steps[0]).toMatchObject({ background: true })
  },
)

test.each(['no', 'Off', 'FALSE'])('%s is false, as in YAML 1.1', (word) => {
  const job = onlyJob(planOf(withJob(`    steps: [{ run: { command: a, background: ${word} } }]`)))
  expect(job.body?.steps[0]).toMatchObject({ background: false })
})

test.each(['"yes"', 'y', 'n', 'yEs', '1'])('%s is no boolean', (word) => {
  expect(codesOf(withJob(`    steps: [{ run: { command: a, background: ${word} } }]`))).toEqual([
    'wrong-type',
  ])
})

test('a key such as on or yes stays text', () => {
  expect(environmentOf('      on: 1\n      yes: 2\n      3: c')).toEqual({
    on: '1',
    yes: '2',
    3: 'c',
  })
})

test('names of built-in properties are names like any other', () => {
  const text =
    'version: 2.1\njobs: {}\nworkflows: { w: { jobs: [constructor, toString, __proto__] } }'
  expect(codesOf(text)).toEqual(['unknown-job', 'unknown-job', 'unknown-job'])
  expect(environmentOf('      constructor: a')).toEqual({ constructor: 'a' })
  expect(Object.keys(environmentOf('      __proto__: a') ?? {})).toEqual(['__proto__'])
})

test('a byte-order mark and line ends of Windows or old Macs change nothing', () => {
  const text = withJob('    steps:\n      - run: |\n          one\n          two\n')
  const plan = planOf(text)
  expect(planOf(`\uFEFF${text}`)).toEqual(plan)
  expect(planOf(text.replaceAll('\n', '\r\n'))).toEqual(plan)
  expect(planOf(text.replaceAll('\n', '\r'))).toEqual(plan)
})

test('tabs and spaces behind a line change nothing', () => {
  const text = withJob('    steps:\n      - checkout\n')
  expect(planOf(text.replaceAll('\n', '\t \n'))).toEqual(planOf(text))
})

const pasted =
  'version: 2\njobs:\n \u00A0build:\n \u00A0\u00A0 machine: true\u00A0\n \u00A0\u00A0 steps:\n' +
  ' \u00A0\u00A0 \u00A0\u00A0- checkout\u00A0 \u00A0\n'

test('text pasted from a web page, indented with non-breaking spaces, is read with a warning', () => {
  const plan = planOf(pasted)
  expect(onlyJob(plan)).toEqual(onlyJob(planOf(pasted.replaceAll('\u00A0', ' '))))
  expect(plan.diagnostics.map(lineOf)).toEqual([
    expect.stringMatching(/^3:2 warning nbsp-indentation/),
  ])
})

test('non-breaking spaces in a sound file are left alone', () => {
  const plan = planOf(withJob('    steps:\n      - run: |\n          echo\n          \u00A0x\n'))
  expect(onlyJob(plan).body?.steps[0]).toMatchObject({ command: 'echo\n\u00A0x\n' })
  expect(plan.diagnostics).toEqual([])
})

test('what is wrong elsewhere in a pasted file is still found, in its place', () => {
  expect(
    findings(pasted.replace('checkout', 'chekout')).map(({ code, where }) => [code, where.line]),
  ).toEqual([
    ['nbsp-indentation', 3],
    ['unknown-step', 6],
  ])
})

test.each([
  ['version: 2\njobs:\n\tbuild: {}', '3:1 error yaml-syntax'],
  ['version: 2\njobs: { build: ', '2:'],
  ['version: 2\njobs: "open', '2:12 error yaml-syntax'],
  ['version: 2\na: @b', '2:4 error yaml-syntax'],
  ['version: 2\na: b: c', '2:4 error yaml-syntax'],
  ['', '1:1 error empty-config'],
  ['# nothing\n', '1:1 error empty-config'],
  ['---\n', '1:1 error empty-config'],
  ['~', '1:1 error wrong-type'],
  ['just text', '1:1 error wrong-type'],
  ['- a\n- b', '1:1 error wrong-type'],
])('%j is refused at its place', (text, line) => {
  const [first] = findings(text)
  expect(first && lineOf(first)).toMatch(new RegExp(`^${line}`))
})

test('two documents in one file are refused', () => {
  expect(codesOf(`${withJob(steps)}---\na: 1\n`)).toContain('yaml-documents')
})

test('a document between its markers is read', () => {
  expect(codesOf(`---\n${withJob(steps)}...\n`)).toEqual([])
})

test('an undefined alias is named, with the nearest anchor', () => {
  const found = findings(`anchors: { a: &default 1 }\n${withJob(`    shell: *defualt\n${steps}`)}`)
  expect(found.find(({ code }) => code === 'unknown-alias')).toMatchObject({
    message: '*defualt names an anchor that is not defined above this line',
    hint: 'Did you mean *default?',
    where: { line: 6, column: 12 },
  })
})

test('an anchor that is only defined below is unknown', () => {
  expect(codesOf(withJob(`    shell: *sh\n${steps}`).concat('x: &sh bash\n'))).toContain(
    'unknown-alias',
  )
})

test('an anchor that contains itself is refused', () => {
  expect(codesOf(`a: &a [*a]\n${withJob(steps)}`)).toContain('recursive-alias')
})

test('a merge of something that is no map is refused', () => {
  expect(codesOf(withJob(`    <<: [text]\n${steps}`))).toEqual(['yaml-merge'])
})

test('a repeated key is reported at both of its places', () => {
  expect(findings(withJob(`    shell: a\n    shell: b\n${steps}`)).map(lineOf)).toEqual([
    expect.stringMatching(/^5:5 error duplicate-key/),
    expect.stringMatching(/^6:5 error duplicate-key/),
  ])
})

test('a key that is a list is refused', () => {
  expect(codesOf(`? [a, b]\n: 1\n${withJob(steps)}`)).toContain('yaml-key')
})

test('a tag without meaning is ignored with a warning', () => {
  expect(findings(withJob(`    shell: !mine sh\n${steps}`)).map(lineOf)).toEqual([
    expect.stringMatching(/^5:18 warning yaml-tag/),
  ])
})

test('a NUL character is refused: no command, file name or variable can hold it', () => {
  expect(codesOf(withJob('    steps: [{ run: "a\\0b" }]'))).toEqual(['yaml-nul'])
})
