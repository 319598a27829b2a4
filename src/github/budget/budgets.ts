import { type Budget, createBudget, unlimited } from './budget.ts'
import type { Limits } from './limits.ts'

/** The budget of each installation. */
export interface Budgets {
  of(installationId: number): Budget
  /** Those that were asked for, by installation; empty where GitHub has no limits. */
  all(): ReadonlyMap<number, Budget>
}

/** Null: GitHub has no limits. `now` is milliseconds since 1970. */
export function createBudgets(limits: Limits | null, now: () => number): Budgets {
  const known = new Map<number, Budget>()
  if (limits === null) return { of: () => unlimited, all: () => known }
  const add = (installationId: number): Budget => {
    const budget = createBudget(limits, now)
    known.set(installationId, budget)
    return budget
  }
  return {
    of: (installationId) => known.get(installationId) ?? add(installationId),
    all: () => known,
  }
}
