import { expect, test } from 'vitest'
import { executorOf } from './support.ts'

test('an executor holds what was written; parameters and description are for others', () => {
  const { value, found } = executorOf(`description: words
parameters: { a: { type: string } }
docker: [{ image: "cimg/base:2024.01" }]
environment: { A: b }
working_directory: ~/here
shell: bash
resource_class: medium
`)
  expect(found).toEqual([])
  expect(value).toMatchObject({
    executors: [{ value: { kind: 'docker' } }],
    environment: { A: 'b' },
    workingDirectory: '~/here',
    shell: 'bash',
    resourceClass: 'medium',
    incomplete: false,
  })
})

test.each([
  ['imag: a', 'Keys of an executor'],
  ['image: a', 'one level deeper, below `docker` or `machine`'],
  ['xcode: "16.0"', 'one level deeper, below `macos`'],
  ['parallelism: 2', 'It belongs to a job'],
  ['steps: []', 'Steps belong to a job or a command'],
])('V7: `%s` is no key of an executor', (text, advice) => {
  const { found, hints } = executorOf(text)
  expect(found).toEqual([expect.stringMatching(/^1:1 error unknown-key/)])
  expect(hints).toEqual([expect.stringContaining(advice)])
})

test.each([
  ['{ image: "ubuntu-2204:current" }', 'ubuntu-2204:current', false],
  ['{ image: a, docker_layer_caching: true }', 'a', true],
  ['{ enabled: true }', null, false],
  ['{}', null, false],
  ['ubuntu-2204:current', 'ubuntu-2204:current', false],
  ['default', 'default', false],
])('machine: %s is a machine', (written, image, dockerLayerCaching) => {
  const { value, found } = executorOf(`machine: ${written}`)
  expect(value.executors.map((one) => one.value)).toEqual([
    { kind: 'machine', image, dockerLayerCaching },
  ])
  expect(found).toEqual([])
})

test.each(['false', 'no', '{ enabled: false }'])('machine: %s is none', (written) => {
  expect(executorOf(`machine: ${written}`).value.executors).toEqual([])
})

test('a machine may bring the shell and the resource class with it', () => {
  const { value, found } = executorOf(
    'machine: { image: a, shell: bash.exe, resource_class: large }',
  )
  expect(value).toMatchObject({ shell: 'bash.exe', resourceClass: 'large' })
  expect(found).toEqual([])
  const outside = executorOf('machine: { image: a, shell: in }\nshell: out').value
  expect(outside.shell).toBe('out')
})

test('V46: `machine: true` is an old form in 2.1', () => {
  const { value, found, hints } = executorOf('machine: true')
  expect(value.executors).toMatchObject([{ value: { kind: 'machine', image: null } }])
  expect(found).toEqual([
    '1:10 warning deprecated: `machine: true` is an old form of a machine without a chosen image',
  ])
  expect(hints).toEqual(['Write `machine: { image: default }`.'])
})

test('V46: `machine: true` is the form of version 2, and of pools of runners', () => {
  expect(executorOf('machine: true', '2').found).toEqual([])
  expect(executorOf('machine: true\nresource_class: acme/pool').found).toEqual([])
  expect(executorOf('machine: true\nresource_class: =unknown').found).toEqual([])
})

test('V7: what belongs beside machine is told so', () => {
  const { found, hints } = executorOf('machine: { image: a, environment: {} }')
  expect(found).toEqual(['1:22 error unknown-key: "environment" is not a key of machine'])
  expect(hints).toEqual(['It belongs one level up, beside `machine`.'])
})

test.each([
  ['12', 'wrong-type: machine must be true or false, without quotes, this is a number ("12")'],
  ['[a]', 'wrong-type: machine must be true or false, without quotes, this is a list'],
])('machine: %s is refused', (written, message) => {
  expect(executorOf(`machine: ${written}`).found).toContain(
    `1:${written === '12' ? 10 : 1} error ${message}`,
  )
})

test('a Mac is accepted, and that there is none is said', () => {
  const { value, found } = executorOf('macos: { xcode: "16.4.0", code_signing: true }')
  expect(value.executors).toMatchObject([{ value: { kind: 'macos', xcode: '16.4.0' } }])
  expect(found).toEqual(['1:1 warning unsupported: macos needs a Mac, which Sluice does not have'])
})

test('a resource class may stand in macos', () => {
  const { value } = executorOf('macos: { xcode: 16.4.0, resource_class: m4pro.medium }')
  expect(value.resourceClass).toBe('m4pro.medium')
})

test('macos needs a version of Xcode', () => {
  expect(executorOf('macos: { code_signing: true }').found).toContain(
    '1:1 error missing-key: xcode is missing',
  )
})

test.each([
  ['12.10', '12.1'],
  ['12.5', '12.5'],
  ['16', '16'],
])('V56: xcode: %s is a number, and should be quoted', (written, read) => {
  const { value, found, hints } = executorOf(`macos: { xcode: ${written} }`)
  expect(value.executors).toMatchObject([{ value: { xcode: written } }])
  expect(found).toContain(
    `1:17 warning numeric-text: xcode is a version, and CircleCI reads ${written} as the number ${read}`,
  )
  expect(hints).toContain(`Quote it: "${written}".`)
})

test.each([
  ['true', 'windows-server-2022-gui:current', 'powershell.exe -ExecutionPolicy Bypass'],
  ['{ image: w, shell: bash.exe }', 'w', 'bash.exe'],
  [
    '{ resource_class: windows.large }',
    'windows-server-2022-gui:current',
    'powershell.exe -ExecutionPolicy Bypass',
  ],
])('windows: %s is a machine with Windows, of which there is none', (written, image, shell) => {
  const { value, found } = executorOf(`windows: ${written}`)
  expect(value).toMatchObject({ executors: [{ value: { kind: 'machine', image } }], shell })
  expect(found).toContain(
    '1:1 warning unsupported: windows needs a Windows machine, which Sluice does not have',
  )
})

test('windows: false is none', () => {
  expect(executorOf('windows: false')).toMatchObject({ value: { executors: [] }, found: [] })
})

test.each(['docker', 'machine', 'macos', 'windows'])(
  'an unknown %s is neither there nor missed',
  (kind) => {
    const { value, found } = executorOf(`${kind}: =unknown`)
    expect(value).toMatchObject({ executors: [], incomplete: true })
    expect(found).toEqual([])
  },
)
