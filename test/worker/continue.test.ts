import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CombineConfigsStep, ContinuationFile, Step } from '../../src/model/step.ts'
import {
  type JobChange,
  runStep,
  untilLogged,
  type Workplace,
  workplace,
} from '../support/workplace.ts'

let place: Workplace
beforeAll(async () => {
  place = await workplace()
  await place.start()
})
afterAll(() => place.close())

const frame = { when: 'on_success', where: runStep('').where } as const
const file = (change: Partial<ContinuationFile> = {}): ContinuationFile => ({
  path: 'next.yml',
  madeOf: null,
  parameters: '{}',
  lines: null,
  ...change,
})
const continueStep = (config: ContinuationFile | null): Step => ({
  ...frame,
  name: 'continue',
  type: 'continue_pipeline',
  config,
})

async function done(steps: readonly Step[], change: JobChange = { setup: true }) {
  const queued = await place.queue(steps, change)
  const outcome = await queued.outcome()
  return { queued, outcome, continued: place.continued.get(queued.run.pipeline.id) }
}

const write = (path: string, text: string) =>
  runStep(`cat > ${path} <<'END'\n${text}END\n`, { name: 'write' })

test('a job continues its pipeline with a config from its files and with parameters', async () => {
  const text = 'version: 2.1\nworkflows: {}\n'
  const parameters = '{"further": true, "count": 3, "name": "x y"}'
  const { outcome, continued } = await done([
    write('next.yml', text),
    continueStep(file({ parameters })),
  ])
  expect(outcome).toEqual({ kind: 'success' })
  const expected = { further: true, count: 3, name: 'x y' }
  expect(continued?.config).toEqual({ file: 'next.yml', text, parameters: expected })
})

test('parameters and the path of the config may come from what earlier steps left', async () => {
  const { outcome, continued } = await done([
    write('next.yml', 'a: ü\n'),
    write('values.json', '{"a": "b"}\n'),
    write('list', '.circleci/a.yml\n.circleci/b.yml\n'),
    write('changed', 'src/a.ts\ndocs/b.md\n'),
    runStep('echo "export PART=next" >> "$BASH_ENV"'),
    continueStep({
      path: '${PART}.yml',
      parameters: 'values.json',
      madeOf: 'list',
      lines: { parameter: 'files', path: 'changed' },
    }),
  ])
  expect(outcome).toEqual({ kind: 'success' })
  expect(continued?.config).toEqual({
    file: '.circleci/a.yml + .circleci/b.yml',
    text: 'a: ü\n',
    parameters: { a: 'b', files: 'src/a.ts\ndocs/b.md' },
  })
})

test.each([
  ['no config', file({ path: 'other.yml' }), 'there is no config other.yml'],
  ['no JSON', file({ parameters: 'nothing.json' }), 'neither JSON nor a file'],
  ['a list of parameters', file({ parameters: '[1]' }), 'no JSON object'],
  ['a nested parameter', file({ parameters: '{"a": {}}' }), 'parameter a is neither a text'],
  ['bytes', file({ path: 'bytes' }), 'bytes is no UTF-8 text'],
])('%s is refused with the reason', async (_name, config, reason) => {
  const { outcome, continued } = await done([
    write('next.yml', 'a: 1\n'),
    runStep(String.raw`printf '\377\376' > bytes`),
    continueStep(config),
  ])
  expect(outcome).toMatchObject({ kind: 'failed', step: 'continue', exitCode: null })
  expect(outcome).toHaveProperty('because', expect.stringContaining(reason))
  expect(continued).toBeUndefined()
})

test('a config that is larger than any may be is refused', async () => {
  const { outcome } = await done([
    runStep('head -c 9000000 /dev/zero | tr "\\0" a > next.yml'),
    continueStep(file()),
  ])
  expect(outcome).toHaveProperty('because', expect.stringContaining('more than 8388608 bytes'))
})

test('a pipeline is continued once, also by two steps of one job', async () => {
  const { outcome, continued } = await done([
    write('next.yml', 'first: 1\n'),
    continueStep(file()),
    continueStep(null),
  ])
  expect(outcome).toHaveProperty('because', expect.stringContaining('once only'))
  expect(continued?.config?.text).toBe('first: 1\n')
})

test('a job may close its pipeline', async () => {
  const { outcome, continued } = await done([continueStep(null)])
  expect(outcome).toEqual({ kind: 'success' })
  expect(continued).toMatchObject({ type: 'continued', config: null })
})

test('a job of an ordinary pipeline cannot continue it, and has no key', async () => {
  const steps = [runStep('echo "${CIRCLE_CONTINUATION_KEY-none}"'), continueStep(null)]
  const { queued, outcome } = await done(steps, {})
  expect(outcome).toHaveProperty('because', expect.stringContaining('setup: true'))
  expect(await queued.log(1)).toBe('none\n')
})

test('a setup job has the key of its pipeline, and no log shows it', async () => {
  const script =
    'echo "[$CIRCLE_CONTINUATION_KEY]"; printf "%s" "${CIRCLE_CONTINUATION_KEY%????}"; sleep 0.5; echo "${CIRCLE_CONTINUATION_KEY#${CIRCLE_CONTINUATION_KEY%????}}"; echo ${#CIRCLE_CONTINUATION_KEY} $SLUICE_API_URL'
  const { queued } = await done([runStep(script)])
  const key = `key-of-${queued.run.pipeline.id}`
  const stars = '****'
  expect(await queued.log(1)).toBe(
    `[${stars}]\n${stars}\n${key.length} http://sluice.test/api/v2\n`,
  )
})

test('a restart while a step reads files does it again, says it once, and asks for the same', async () => {
  const restarted = await workplace()
  const first = await restarted.start()
  const slow = runStep('echo up; sleep 1; echo "a: 1" > next.yml')
  const queued = await restarted.queue([slow, continueStep(file()), runStep('sleep 1')], {
    setup: true,
  })
  await untilLogged(queued, 2, 'Continuing')
  await first.stop()
  await restarted.start()
  expect(await queued.outcome()).toEqual({ kind: 'success' })
  expect((await queued.log(2)).match(/Continuing/g)).toHaveLength(1)
  await restarted.close()
})

const combine = (change: Partial<CombineConfigsStep> = {}): Step => ({
  ...frame,
  name: 'combine',
  type: 'combine_configs',
  listPath: 'list',
  outputPath: '/tmp/out/generated.yml',
  ...change,
})

test('one config is combined to itself, several to one with the keys of all', async () => {
  const look = runStep('cat /tmp/out/generated.yml')
  const one = write('one.yml', 'a: 1 # kept\nlist: [1, 2]\n')
  const two = write('two.yml', 'b: {c: "true"}\nlist: [3]\n')
  const single = await done([one, write('list', 'one.yml\n'), combine(), look])
  expect(await single.queued.log(4)).toBe('a: 1 # kept\nlist: [1, 2]\n')
  const both = await done([one, two, write('list', 'one.yml\ntwo.yml\n'), combine(), look])
  expect(await both.queued.log(5)).toBe('a: 1\nlist:\n  - 3\nb:\n  c: "true"\n')
})

test.each([
  ['nothing.yml\n', 'there is no config nothing.yml'],
  ['\n', 'names no config'],
  ['one.yml\nwrong.yml\n', 'wrong.yml:1: this is not YAML'],
])('a list %j that cannot be combined is refused with the reason', async (list, reason) => {
  const { outcome } = await done([
    write('one.yml', 'a: 1\n'),
    write('wrong.yml', 'a: [\n'),
    write('list', list),
    combine(),
  ])
  expect(outcome).toHaveProperty('because', expect.stringContaining(reason))
})
