import { expect, test } from 'vitest'
import { acceptedForms, parseReference } from '../../src/model/orb-reference.ts'

const parsed = (text: string) => {
  const answer = parseReference(text)
  return answer.ok ? answer.value : answer.problem
}

test.each([
  ['circleci/node@5.2.0', 'exact'],
  ['circleci/node@5.2', 'range'],
  ['circleci/node@5', 'range'],
  ['circleci/node@volatile', 'range'],
  ['circleci/node@dev:first', 'dev'],
  ['circleci/node@dev:volatile', 'dev'],
  ['circleci/node@dev:feature/a..b@c', 'dev'],
  ['0-x_Y/path-filtering@10.0.11', 'exact'],
])('%s is an orb of the registry, %s', (text, stability) => {
  const [name, ...version] = text.split('@')
  const expected = { kind: 'registry', name, version: version.join('@'), stability }
  expect(parsed(text)).toEqual(expected)
})

test('a URL is an orb elsewhere', () => {
  const answer = parseReference('https://orbs.example.com/a/../b.yml?ref=1#part')
  expect(answer).toMatchObject({ ok: true, value: { kind: 'url' } })
  const { href } = answer.ok && answer.value.kind === 'url' ? answer.value.url : new URL('x:')
  expect(href).toBe('https://orbs.example.com/b.yml?ref=1')
})

test.each([
  ['node@5', 'it does not begin with namespace/orb'],
  ['', 'it does not begin with namespace/orb'],
  ['a/b/c@1', 'it does not begin with namespace/orb'],
  ['../node@1', 'it does not begin with namespace/orb'],
  ['circleci/..@1.0.0', 'it does not begin with namespace/orb'],
  ['circleci/node/../../x@1.0.0', 'it does not begin with namespace/orb'],
  ['circleci/no\nde@1', 'it does not begin with namespace/orb'],
  [' circleci/node@1', 'it does not begin with namespace/orb'],
  ['circleci/node', 'its version is missing'],
  ['circleci/node@', '"" is not a version'],
  ['circleci/node@latest', '"latest" is not a version'],
  ['circleci/node@v1.0.0', '"v1.0.0" is not a version'],
  ['circleci/node@1.0.0.0', '"1.0.0.0" is not a version'],
  ['circleci/node@1.0.0\n', '"1.0.0\\n" is not a version'],
  ['circleci/node@../../x', '"../../x" is not a version'],
  ['circleci/node@dev:', '"dev:" is not a version'],
  ['circleci/node@dev:a b', '"dev:a b" is not a version'],
  ['circleci/node@dev:a\u0000b', '"dev:a\\u0000b" is not a version'],
  ['circleci/node@dev:a\ud800b', '"dev:a\\ud800b" is not a version'],
  ['http://orbs.example.com/a.yml', 'orbs are fetched over https only'],
  ['file:///etc/passwd', 'orbs are fetched over https only'],
  ['https://', 'it is not a URL'],
  ['https://ann:secret@orbs.example.com/a.yml', 'a URL must not hold a password'],
  [`circleci/node@dev:${'x'.repeat(3000)}`, 'it is longer than 2000 characters'],
  [`https://orbs.example.com/${'ä'.repeat(700)}`, 'it is longer than 2000 characters'],
])('%j names no orb: %s', (text, problem) => {
  expect(parsed(text)).toBe(problem)
})

test('the hint about references names every form', () => {
  for (const form of ['1.2.3', '1.2', '1,', 'volatile', 'dev:LABEL', 'https://'])
    expect(acceptedForms).toContain(form)
})
