import { describe, expect, test } from 'vitest'
import { type Budget, createBudget } from '../../../src/github/budget/budget.ts'
import { createBudgets } from '../../../src/github/budget/budgets.ts'
import { gitHubLimits } from '../../../src/github/budget/limits.ts'

const patch = { reads: false, creates: false }
const create = { reads: false, creates: true }
const get = { reads: true, creates: false }

function clocked() {
  let now = 1_000_000
  const budget = createBudget(gitHubLimits, () => now)
  const pass = (ms: number): void => {
    now += ms
  }
  return { budget, pass, now: () => now }
}

const send = (budget: Budget, request: typeof patch, times: number): void => {
  for (let count = 0; count < times; count++) budget.begin(request)()
}

describe('the fuller a window, the more urgent a check must be', () => {
  test.each([
    [89, 'queued'],
    [90, 'progress'],
    [117, 'conclusion'],
    [144, 'alarm'],
    [162, null],
  ] as const)('after %i changes within a minute: %s', (times, least) => {
    const { budget } = clocked()
    send(budget, patch, times)
    expect(budget.room()).toEqual({ create: least, update: least })
  })

  test.each([
    [39, 'queued'],
    [40, 'progress'],
    [52, 'conclusion'],
    [64, 'alarm'],
    [72, null],
  ] as const)('after %i creates within a minute: %s may be created', (times, least) => {
    const { budget } = clocked()
    send(budget, create, times)
    expect(budget.room().create).toBe(least)
  })

  test.each([
    [250, 'progress'],
    [400, 'alarm'],
    [450, null],
  ] as const)(
    'after %i creates within an hour: %s may be created, and changes go on',
    (times, least) => {
      const { budget, pass } = clocked()
      for (let sent = 0; sent < times; sent += 50, pass(61_000)) send(budget, create, 50)
      expect(budget.room()).toEqual({ create: least, update: 'queued' })
    },
  )
})

test('questions count as well, but little', () => {
  const { budget } = clocked()
  send(budget, get, 449)
  expect(budget.room().update).toBe('queued')
  send(budget, get, 1)
  expect(budget.room().update).toBe('progress')
})

test('what was answered a minute ago counts no more', () => {
  const { budget, pass } = clocked()
  send(budget, patch, 180)
  expect(budget.untilFree()).toBeGreaterThan(0)
  pass(59_999)
  expect(budget.room().update).toBeNull()
  pass(1)
  expect(budget.room().update).toBe('queued')
  expect(budget.untilFree()).toBe(0)
})

test('a request counts from when it begins until a minute after its answer', () => {
  const { budget, pass } = clocked()
  const answered = Array.from({ length: 180 }, () => budget.begin(patch))
  pass(300_000)
  expect(budget.room().update).toBeNull()
  answered.forEach((answer) => answer())
  pass(59_999)
  expect(budget.room().update).toBeNull()
  pass(1)
  expect(budget.left().points_minute).toBe(900)
})

test('creates that an earlier process sent count until they are an hour old', () => {
  const { budget, pass, now } = clocked()
  const sentAt = now() - 3_000_000
  budget.recall(Array.from({ length: 450 }, () => sentAt))
  expect(budget.left()).toMatchObject({ creates_hour: 50, creates_minute: 80 })
  expect(budget.room().create).toBeNull()
  pass(600_000)
  expect(budget.room().create).toBe('queued')
})

test('every installation has a budget of its own', () => {
  const budgets = createBudgets(gitHubLimits, () => 0)
  send(budgets.of(1), patch, 180)
  expect(budgets.of(1).room().update).toBeNull()
  expect(budgets.of(2).room().update).toBe('queued')
  expect([...budgets.all().keys()]).toEqual([1, 2])
})

test('without limits there is always room, and nothing to watch', () => {
  const budgets = createBudgets(null, () => 0)
  send(budgets.of(1), create, 10_000)
  expect(budgets.of(1).room()).toEqual({ create: 'queued', update: 'queued' })
  expect(budgets.all().size).toBe(0)
})

test('a clock that is set back shuts nobody out for longer than a window', () => {
  const { budget, pass } = clocked()
  send(budget, patch, 180)
  pass(-86_400_000)
  expect(budget.room().update).toBeNull()
  pass(60_001)
  expect(budget.room().update).toBe('queued')
  expect(budget.untilFree()).toBe(0)
})
