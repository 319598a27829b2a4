import { expect, test } from 'vitest'
import { commandsIn } from '../../../src/github/webhooks/command.ts'

test.each([
  ['/approve hold', [{ action: 'approve', job: 'hold' }]],
  ['/approve', [{ action: 'approve', job: null }]],
  ['/reject  ci/hold it ', [{ action: 'reject', job: 'ci/hold it' }]],
  ['/rerun', [{ action: 'rerun-failed', job: null }]],
  ['/rerun failed', [{ action: 'rerun-failed', job: null }]],
  ['/rerun all', [{ action: 'rerun-all', job: null }]],
  ['/rerun test-16', [{ action: 'rerun-job', job: 'test-16' }]],
  ['/cancel', [{ action: 'cancel', job: null }]],
  ['/cancel build', [{ action: 'cancel', job: 'build' }]],
  [
    'looks good\r\n/approve hold\r\n/cancel lint\r\n',
    [
      { action: 'approve', job: 'hold' },
      { action: 'cancel', job: 'lint' },
    ],
  ],
])('%j asks for something', (comment, commands) => {
  expect(commandsIn(comment)).toEqual(commands)
})

test.each([
  'nothing of the kind',
  'please /approve hold',
  ' /approve hold',
  '> /approve hold',
  '    /approve hold',
  '/approved hold',
  '/approve-all',
  '/Approve hold',
  '/deploy hold',
  '```\n/approve hold\n```',
  '~~~ sh\n/approve hold\n```\n/approve hold\n~~~',
  '`````\n```\n/approve hold',
])('%j asks for nothing', (comment) => {
  expect(commandsIn(comment)).toEqual([])
})

test('what follows a code block counts again, also after a longer fence than the first', () => {
  expect(commandsIn('```\n/approve a\n`````\n/approve b')).toEqual([
    { action: 'approve', job: 'b' },
  ])
})

test('names from outside are one short line, and commands are few', () => {
  const [command] = commandsIn(`/approve ${'x'.repeat(5000)}\u202E`)
  expect(Buffer.byteLength(command?.job ?? '')).toBeLessThanOrEqual(400)
  const many = Array.from({ length: 1000 }, (_, index) => `/cancel ${index}`)
  expect(commandsIn(many.join('\n'))).toHaveLength(10)
})

test('the same command twice is one', () => {
  expect(commandsIn('/cancel a\n/rerun\n/cancel a\n/rerun failed')).toEqual([
    { action: 'cancel', job: 'a' },
    { action: 'rerun-failed', job: null },
  ])
})
