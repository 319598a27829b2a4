import { expect, test } from 'vitest'
import { parted, skipReason } from '../../../src/github/webhooks/skip.ts'

test.each([
  ['Fix [skip ci]', 'the head commit says [skip ci]'],
  ['Fix [ci skip]', 'the head commit says [ci skip]'],
  ['Fix [CI Skip]', 'the head commit says [CI Skip]'],
  ['Fix\n\nbecause [skip ci]', 'the head commit says [skip ci]'],
  [`Fix\n\n${'x'.repeat(240)}[skip ci]`, 'the head commit says [skip ci]'],
  ['Fix\n\n\nskip-checks: true', 'the head commit says skip-checks: true'],
  [
    'Fix\n\nText\n\nSkip-Checks: true\nCo-authored-by: bob\n',
    'the head commit says skip-checks: true',
  ],
])('a push of %j starts nothing', (message, reason) => {
  expect(skipReason(message)).toBe(reason)
})

test.each([
  '',
  'Fix skip ci',
  'Fix [skip-ci]',
  `${'x'.repeat(245)}[skip ci]`,
  `Fix\n\n${'x'.repeat(245)}[skip ci]`,
  'skip-checks: true',
  'Fix\n\nskip-checks: true\n\nText',
  'Fix\n\nskip-checks: false',
  'Fix\n\nno skip-checks: true',
])('a push of %j starts a pipeline', (message) => {
  expect(skipReason(message)).toBeNull()
})

test.each([
  ['one line', { subject: 'one line', body: '' }],
  ['one line\n', { subject: 'one line', body: '' }],
  ['one\n\ntwo\n three', { subject: 'one', body: 'two\n three' }],
  ['one\r\n\r\n  two', { subject: 'one', body: '  two' }],
])('a message is a subject and a body: %j', (message, parts) => {
  expect(parted(message)).toEqual(parts)
})
