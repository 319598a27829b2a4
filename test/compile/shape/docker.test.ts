import { expect, test } from 'vitest'
import { jobOf } from './support.ts'

/** The only image of a job whose `docker` is this one item. */
function imageOf(item: string, version: '2' | '2.1' = '2.1') {
  const { value, ...rest } = jobOf(`docker:\n  - ${item}`, version)
  const [runsIn] = value.executors.map((one) => one.value)
  return { image: runsIn?.kind === 'docker' ? runsIn.images[0] : undefined, ...rest }
}

test('an image holds what was written', () => {
  const { image, found } = imageOf(
    '{ image: "cimg/node:20.1", name: app, user: root, entrypoint: [sleep, "10"], command: "a \'b c\'", environment: { A: b } }',
  )
  expect(found).toEqual([])
  expect(image).toEqual({
    image: 'cimg/node:20.1',
    name: 'app',
    user: 'root',
    entrypoint: ['sleep', '10'],
    command: ['a', 'b c'],
    environment: { A: 'b' },
    auth: null,
  })
})

test('the first image is the one that steps run in: the order is kept', () => {
  const { value } = jobOf('docker: [{ image: a }, { image: b }, { image: c }]')
  expect(value.executors[0]?.value).toMatchObject({
    images: [{ image: 'a' }, { image: 'b' }, { image: 'c' }],
  })
})

test('an image may list its variables', () => {
  const { image } = imageOf('{ image: a, environment: [A=1, { B: 2 }, "C=d=e"] }')
  expect(image?.environment).toEqual({ A: '1', B: '2', C: 'd=e' })
})

const digest = '0123456789abcdef'.repeat(4)

test('an image may be named by its digest', () => {
  const name = `cimg/base:1@sha256:${digest}`
  expect(imageOf(`image: ${name}`)).toMatchObject({ image: { image: name }, found: [] })
})

test.each([
  `cimg/base@sha256:${digest.slice(1)}`,
  `cimg/base@sha256:${digest.toUpperCase()}`,
  `cimg/base@md5:${digest}`,
])('V45: %s has a malformed digest', (name) => {
  expect(imageOf(`image: ${name}`).found).toEqual([
    '2:12 error bad-value: the digest of an image is `@sha256:` and 64 hexadecimal digits',
  ])
})

test.each(['circleci/node:12', 'circleci/python', `circleci/ruby@sha256:${digest}`])(
  'V45: %s is one of the images that cimg replaced',
  (name) => {
    const { image, found, hints } = imageOf(`image: ${name}`)
    expect(image?.image).toBe(name)
    expect(found).toEqual([expect.stringMatching(/^2:12 warning deprecated: "circleci\//)])
    expect(hints).toEqual([expect.stringContaining('cimg/')])
  },
)

test('V45: tools of CircleCI are not old', () => {
  expect(imageOf('image: circleci/circleci-cli:latest').found).toEqual([])
})

test.each([
  ['image: "a b"', '2:12 error bad-value: the name of an image holds no spaces'],
  ['image: ""', '2:12 error bad-value: the name of the image is empty'],
  ['name: a', '2:5 error missing-key: image is missing'],
  ['image:', '2:5 error missing-key: image is missing'],
  ['a', '2:5 error wrong-type: docker[0] must be a map of keys and values, this is a text ("a")'],
])('the item `%s` is refused', (item, message) => {
  expect(imageOf(item).found).toEqual([message])
})

test('docker needs a list, and an image in it', () => {
  expect(jobOf('docker: []').found).toEqual([
    '1:1 error missing-key: docker needs at least one image',
  ])
  expect(jobOf('docker: { image: a }').found).toEqual([
    '1:1 error wrong-type: docker must be a list, this is a map',
  ])
})

test('V56: a number as an image keeps its characters, and is warned about', () => {
  const { image, found } = imageOf('image: 3.10')
  expect(image?.image).toBe('3.10')
  expect(found).toEqual([
    '2:12 warning numeric-text: 3.10 stays 3.10 here, but CircleCI reads the number 3.1',
  ])
  expect(imageOf('image: "3.10"').found).toEqual([])
  expect(imageOf('image: 3.9').found).toEqual([])
})

test.each([
  ['env: {}', 'Did you mean environment?'],
  ['cmd: a', 'Did you mean command?'],
  ['resource_class: large', 'It belongs to the job, beside `docker`.'],
])('V7: `%s` is no key of an image: an error in 2.1, ignored in 2', (key, hint) => {
  const modern = imageOf(`{ image: a, ${key} }`)
  expect(modern.found).toEqual([expect.stringMatching(/^2:17 error unknown-key/)])
  expect(modern.hints).toEqual([hint])
  expect(imageOf(`{ image: a, ${key} }`, '2').found).toEqual([
    expect.stringMatching(/^2:17 warning ignored-key/),
  ])
})

test.each([
  ['auth: { username: u, password: $P }', { kind: 'password', username: 'u', password: '$P' }],
  [
    'aws_auth: { aws_access_key_id: a, aws_secret_access_key: $S }',
    { kind: 'aws', accessKeyId: 'a', secretAccessKey: '$S' },
  ],
  ['aws_auth: { oidc_role_arn: "arn:x" }', { kind: 'aws-oidc', roleArn: 'arn:x' }],
  [
    'gcp_auth: { oidc_service_account: s, workload_identity_pool: p, workload_identity_provider: q }',
    { kind: 'gcp-oidc', serviceAccount: 's', identityPool: 'p', identityProvider: 'q' },
  ],
])('an image logs in with %s', (key, auth) => {
  const { image, found } = imageOf(`{ image: a, ${key} }`)
  expect(found).toEqual([])
  expect(image?.auth).toEqual(auth)
})

test.each([
  ['auth: { username: u }', 'password is missing'],
  ['auth: { password: p }', 'username is missing'],
  ['aws_auth: { aws_access_key_id: a }', 'aws_secret_access_key is missing'],
  [
    'gcp_auth: { oidc_service_account: a, workload_identity_pool: b }',
    'workload_identity_provider is missing',
  ],
])('a login with %s is refused', (key, message) => {
  const { image, found } = imageOf(`{ image: a, ${key} }`)
  expect(image?.auth).toBeNull()
  expect(found).toEqual([`2:17 error missing-key: ${message}`])
})

test('one login is used', () => {
  const { image, found } = imageOf(
    '{ image: a, auth: { username: u, password: p }, aws_auth: { oidc_role_arn: r } }',
  )
  expect(image?.auth).toMatchObject({ kind: 'password' })
  expect(found).toEqual([
    '2:53 warning ignored-key: aws_auth has no effect beside auth: an image is pulled with one login',
  ])
})
