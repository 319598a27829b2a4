import { expect, test } from 'vitest'
import { stepsOf } from './support.ts'

const stepOf = (step: string) => {
  const { value, ...rest } = stepsOf(`- ${step}`)
  return { step: value[0], ...rest }
}

test.each([
  ['checkout', { path: null, method: 'blobless', depth: null }],
  ['checkout: { path: sub }', { path: 'sub', method: 'blobless' }],
  ['checkout: { method: blobless }', { method: 'blobless' }],
  ['checkout: { method: full }', { method: 'full', depth: null }],
  ['checkout: { method: shallow, depth: 3 }', { method: 'shallow', depth: 3 }],
])('`%s` is a checkout', (written, model) => {
  expect(stepOf(written)).toMatchObject({ step: { type: 'checkout', ...model }, found: [] })
})

test.each([
  ['method: deep', '1:23 error bad-value: method cannot be "deep"'],
  ['method: shallow', '1:23 error checkout-depth: a shallow checkout needs a depth'],
  ['method: shallow, depth: 0', '1:39 error checkout-depth: depth must be at least 1, this is 0'],
  ['method: shallow, depth: -1', '1:39 error checkout-depth: depth must be at least 1, this is -1'],
  [
    'method: shallow, depth: deep',
    '1:39 error wrong-type: depth must be a whole number, without quotes, this is a text ("deep")',
  ],
  ['method: full, depth: 3', '1:36 error checkout-depth: depth only goes with `method: shallow`'],
  ['depth: 3', '1:22 error checkout-depth: depth only goes with `method: shallow`'],
  ['method: deep, depth: 3', '1:23 error bad-value: method cannot be "deep"'],
])('V37: a checkout with %s is refused once', (options, message) => {
  expect(stepOf(`checkout: { ${options} }`).found).toEqual([message])
})

test.each([
  ['save_cache: { key: k, paths: [a, ~/b] }', { key: 'k', paths: ['a', '~/b'] }],
  ['save_cache: { key: k, paths: a }', { paths: ['a'] }],
  [
    'save_cache: { key: "v1-{{ checksum \\"a\\" }}", paths: [a] }',
    { key: 'v1-{{ checksum "a" }}' },
  ],
  ['persist_to_workspace: { root: ., paths: [., a] }', { root: '.', paths: ['.', 'a'] }],
  ['persist_to_workspace: { root: /tmp, paths: a }', { root: '/tmp', paths: ['a'] }],
  ['attach_workspace: { at: ~/project }', { at: '~/project' }],
  ['restore_cache: { key: a }', { keys: ['a'] }],
  ['restore_cache: { keys: [a, b] }', { keys: ['a', 'b'] }],
  ['restore_cache: { keys: a }', { keys: ['a'] }],
  ['restore_cache: { keys: [b, c], key: a }', { keys: ['a', 'b', 'c'] }],
  ['store_artifacts: { path: a, destination: b }', { path: 'a', destination: 'b' }],
  ['store_artifacts: { path: a, destination: }', { path: 'a', destination: null }],
  ['add_ssh_keys', { fingerprints: null }],
  ['add_ssh_keys: { fingerprints: }', { fingerprints: null }],
  [
    'add_ssh_keys: { fingerprints: ["SHA256:a", "b4:e5"] }',
    { fingerprints: ['SHA256:a', 'b4:e5'] },
  ],
  ['add_ssh_keys: { fingerprints: "b4:e5" }', { fingerprints: ['b4:e5'] }],
  ['setup_remote_docker', { version: null, dockerLayerCaching: false }],
  ['setup_remote_docker: { version: docker23 }', { version: 'docker23' }],
  ['setup_remote_docker: { docker_layer_caching: true }', { dockerLayerCaching: true }],
  [
    'setup_remote_docker: { prefer_same_region: true, reusable: true, exclusive: false }',
    { version: null },
  ],
])('`%s` is read', (written, model) => {
  expect(stepOf(written)).toMatchObject({ step: model, found: [] })
})

test('paths of a cache that is restored were said when it was saved', () => {
  const { step, found, hints } = stepOf('restore_cache: { key: a, paths: [b] }')
  expect(step).toMatchObject({ keys: ['a'] })
  expect(found).toEqual([
    '1:28 warning ignored-key: "paths" is not a key of the step restore_cache and has no effect',
  ])
  expect(hints).toEqual(['What is restored, and where, was said when the cache was saved.'])
})

test('V38: the key that was mistyped is named', () => {
  expect(stepOf('save_cache: { keys: a, paths: [b] }').hints).toContain(
    'There is "keys": did you mean key?',
  )
})

test('V56: a number as the version of Docker keeps its characters, with a warning', () => {
  const { step, found } = stepOf('setup_remote_docker: { version: 20.10 }')
  expect(step).toMatchObject({ version: '20.10' })
  expect(found).toEqual([
    '1:35 warning numeric-text: 20.10 stays 20.10 here, but CircleCI reads the number 20.1',
  ])
})

test.each([
  [
    'setup_remote_docker: { docker_layer_caching: "yes" }',
    'docker_layer_caching must be true or false',
  ],
  ['store_artifacts: { path: { a: b } }', 'path must be a text, this is a map'],
  ['save_cache: { key: [a], paths: [b] }', 'key must be a text, this is a list'],
  ['save_cache: { key: a, paths: [[b]] }', 'paths[0] must be a text, this is a list'],
])('`%s` has a value of a wrong type', (written, message) => {
  expect(stepOf(written).found).toEqual([expect.stringContaining(`error wrong-type: ${message}`)])
})
