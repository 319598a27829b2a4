import type { Metric, ReadMetrics, Sample } from '../ports/metrics.ts'
import type { Database, Queries } from './database.ts'
import { priorities } from './report.ts'

type Row = { readonly label: string; readonly value: number }

/** What waits and what runs, of one moment. */
export const openMetrics =
  (database: Database): ReadMetrics =>
  () =>
    database.snapshot(async (queries) => {
      const metrics: Metric[] = []
      for (const { text, label, ...about } of gauges) {
        const samples = (await queries.rows<Row>(text)).map((row) => sampleOf(label, row))
        metrics.push({ ...about, type: 'gauge', samples })
      }
      return [...metrics, ...(await checkMetrics(queries))]
    })

const sampleOf = (label: string | null, row: Row): Sample => ({
  labels: label === null ? {} : { [label]: row.label },
  value: row.value,
})

interface Gauge {
  readonly name: string
  readonly help: string
  /** What the column `label` of the answer says; null: there is one figure. */
  readonly label: string | null
  readonly text: string
}

const age = (since: string): string =>
  `coalesce(extract(epoch from now() - min(${since})), 0)::float8 as value`

const gauges: readonly Gauge[] = [
  {
    name: 'sluice_events',
    help: 'Events in the inbox: due and not yet taken, or set aside after ten failures.',
    label: 'state',
    text: `
      select 'due' as label, count(*)::int as value from event where state = 'open' and due_at <= now()
       union all
      select 'aside', count(*)::int from event where state = 'aside'`,
  },
  {
    name: 'sluice_events_oldest_seconds',
    help: 'How long the oldest due event has been waiting.',
    label: null,
    text: `select ${age('due_at')} from event where state = 'open' and due_at <= now()`,
  },
  {
    name: 'sluice_effects',
    help: 'What was decided and is not yet carried out.',
    label: null,
    text: `select count(*)::int as value from effect`,
  },
  {
    name: 'sluice_tasks',
    help: 'Tasks that wait for a worker, and that run.',
    label: 'state',
    text: `
      select 'queued' as label, count(*)::int as value from task where state = 'queued'
       union all
      select 'running', count(*)::int from task where state = 'running'`,
  },
  {
    name: 'sluice_workers',
    help: 'Processes that run tasks and are alive.',
    label: null,
    text: `select count(*)::int as value from worker where lease_until > now()`,
  },
  {
    name: 'sluice_pipelines_day',
    help: 'Pipelines that began within a day, by what became of their config.',
    label: 'state',
    text: `
      select label, count(pipeline.state)::int as value
        from unnest(array['pending', 'created', 'errored', 'ignored']) as known (label)
        left join pipeline on state = label and created_at > now() - interval '1 day'
       group by label`,
  },
  {
    name: 'sluice_github_pauses',
    help: 'Installations that GitHub has told to wait.',
    label: null,
    text: `select count(*)::int as value from installation_pause where until > now()`,
  },
  {
    name: 'sluice_github_pause_seconds',
    help: 'How much longer the last of them has to wait.',
    label: null,
    text: `
      select coalesce(extract(epoch from max(until) - now()), 0)::float8 as value
        from installation_pause where until > now()`,
  },
]

type Waiting = { readonly priority: number; readonly count: number; readonly age: number }

async function checkMetrics(queries: Queries): Promise<readonly Metric[]> {
  const rows = await queries.rows<Waiting>(waitingChecks)
  const samples = (value: (row: Waiting | undefined) => number): readonly Sample[] =>
    Object.entries(priorities).map(([urgency, priority]) => ({
      labels: { urgency },
      value: value(rows.find((row) => row.priority === priority)),
    }))
  return [
    {
      name: 'sluice_checks_waiting',
      help: 'Checks of which GitHub should hear, by urgency.',
      type: 'gauge',
      samples: samples((row) => row?.count ?? 0),
    },
    {
      name: 'sluice_checks_oldest_seconds',
      help: 'How long the oldest of them has been waiting.',
      type: 'gauge',
      samples: samples((row) => row?.age ?? 0),
    },
  ]
}

const waitingChecks = `
  select priority, count(*)::int as count,
         extract(epoch from now() - min(dirty_since))::float8 as age
    from check_row where sent < wanted group by priority`
