import type { Metric, Sample } from '../ports/metrics.ts'
import type { Budgets } from './budget/budgets.ts'

/** Counts things by a few labels, since this process began. */
export interface Counter {
  readonly count: (labels: Readonly<Record<string, string>>) => void
  readonly samples: () => readonly Sample[]
}

export function createCounter(): Counter {
  const known = new Map<string, { readonly labels: Sample['labels']; value: number }>()
  return {
    count: (labels) => {
      const key = JSON.stringify(labels)
      const sample = known.get(key) ?? { labels, value: 0 }
      sample.value++
      known.set(key, sample)
    },
    samples: () => [...known.values()].map(({ labels, value }) => ({ labels, value })),
  }
}

const kinds: readonly (readonly [RegExp, string])[] = [
  [/\/access_tokens$/, 'token'],
  [/\/check-runs\/\d+$/, 'check'],
  [/\/check-runs$/, 'check'],
  [/\/contents\//, 'file'],
  [/\/collaborators\/[^/]+\/permission$/, 'permission'],
  [/\/(?:teams|orgs|users)\//, 'person'],
  [/\/app\/hook\/deliveries/, 'delivery'],
  [/\/repos\/[^/]+\/[^/]+(?:\/(?:branches|commits|pulls|git)\/.*)?$/, 'repository'],
]

/** What a request was for, in one of few words. */
export function kindOf(method: string, path: string): string {
  const kind = kinds.find(([pattern]) => pattern.test(path))?.[1] ?? 'other'
  if (kind !== 'check') return kind
  return { POST: 'check_create', PATCH: 'check_update' }[method] ?? 'check_read'
}

const events: ReadonlySet<string> = new Set([
  'push',
  'pull_request',
  'check_run',
  'check_suite',
  'merge_group',
  'issue_comment',
  'installation',
  'installation_repositories',
  'repository',
  'ping',
])

/** Anybody may send any word. */
export const knownEvent = (name: unknown): string =>
  typeof name === 'string' && events.has(name) ? name : 'other'

export interface Counted {
  readonly requests: Counter
  readonly deliveries: Counter
  readonly budgets: Budgets
}

export const gitHubMetrics = ({ requests, deliveries, budgets }: Counted): readonly Metric[] => [
  {
    name: 'sluice_github_requests_total',
    help: 'Requests of this process to GitHub, by what for and the answer (none: no answer).',
    type: 'counter',
    samples: requests.samples(),
  },
  {
    name: 'sluice_github_deliveries_total',
    help: 'Deliveries of GitHub to this process, by event and answer.',
    type: 'counter',
    samples: deliveries.samples(),
  },
  {
    name: 'sluice_github_budget_left',
    help: "What is left of GitHub's limits for the installation that has least, by window.",
    type: 'gauge',
    samples: leastLeft(budgets),
  },
]

/** One figure a window, however many installations there are. */
function leastLeft(budgets: Budgets): readonly Sample[] {
  const entries = [...budgets.all().values()].flatMap((budget) => Object.entries(budget.left()))
  return [...Map.groupBy(entries, ([window]) => window)].map(([window, found]) => ({
    labels: { window },
    value: Math.min(...found.map(([, left]) => left)),
  }))
}
