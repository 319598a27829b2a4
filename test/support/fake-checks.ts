import type { Urgency } from '../../src/model/effect.ts'
import type {
  CheckFacts,
  CheckRow,
  CheckRunOnGitHub,
  Checks,
  Room,
} from '../../src/ports/checks.ts'

interface Kept {
  row: CheckRow
  facts: CheckFacts | null
  sent: number
  leased: boolean
  urgency: Urgency
  dueAt: number
  readonly errors: string[]
}

/**
 * Checks in memory, with a clock that only `pass` moves. Leases are exclusive as in the real store; a
 * second lease of a row that is under way is the fault that tests look for.
 */
export class FakeChecks implements Checks {
  now = 0
  readonly rows = new Map<string, Kept>()
  readonly pauses: number[] = []
  #pausedUntil = 0
  #listener = (): void => undefined

  /** Says that the row should show these facts now. */
  want(row: CheckRow, facts: CheckFacts | null, urgency: Urgency = 'progress'): void {
    const known = this.rows.get(row.key)
    if (known) {
      known.facts = facts
      known.urgency = urgency
      known.row = { ...known.row, wanted: known.row.wanted + 1 }
    } else
      this.rows.set(row.key, { row, facts, sent: 0, leased: false, dueAt: 0, urgency, errors: [] })
    this.#listener()
  }

  pass(ms: number): void {
    this.now += ms
    this.#listener()
  }

  /** Whether nothing is left to send. */
  get settled(): boolean {
    return [...this.rows.values()].every((kept) => kept.sent >= kept.row.wanted && !kept.leased)
  }

  readonly wake = {
    on: (_topic: string, listener: () => void) => {
      this.#listener = listener
      return () => {
        this.#listener = () => undefined
      }
    },
  }

  due(): Promise<readonly number[]> {
    const rows = [...this.rows.values()].filter((kept) => this.#isDue(kept))
    return Promise.resolve([...new Set(rows.map(({ row }) => row.installationId))])
  }

  lease(installationId: number, room: Room): Promise<CheckRow | null> {
    const kept = [...this.rows.values()]
      .filter((one) => one.row.installationId === installationId && this.#isDue(one))
      .filter(({ row, urgency }) => {
        const least = row.current?.completed === false ? room.update : room.create
        return least !== null && rank(urgency) <= rank(least)
      })
      .toSorted((a, b) => rank(a.urgency) - rank(b.urgency))[0]
    if (kept) kept.leased = true
    return Promise.resolve(kept?.row ?? null)
  }

  creating(key: string, externalId: string): Promise<void> {
    this.#change(key, { unanswered: externalId })
    return Promise.resolve()
  }

  sent(key: string, wanted: number, current: CheckRunOnGitHub): Promise<void> {
    const kept = this.#kept(key)
    const replaced = kept.row.current !== null && kept.row.current.githubId !== current.githubId
    const sequence = kept.row.sequence + (replaced ? 1 : 0)
    this.#change(key, { current, sequence, unanswered: null })
    return this.unchanged(key, wanted)
  }

  unchanged(key: string, wanted: number): Promise<void> {
    const kept = this.#kept(key)
    kept.sent = Math.max(kept.sent, wanted)
    kept.leased = false
    return Promise.resolve()
  }

  failed(key: string, error: string, retryInMs: number): Promise<void> {
    const kept = this.#kept(key)
    kept.errors.push(error)
    kept.dueAt = this.now + retryInMs
    kept.leased = false
    return Promise.resolve()
  }

  pause(_installationId: number, ms: number): Promise<void> {
    this.pauses.push(ms)
    this.#pausedUntil = this.now + ms
    return Promise.resolve()
  }

  paused(): Promise<number> {
    return Promise.resolve(Math.max(0, this.#pausedUntil - this.now))
  }

  createdSince(): Promise<readonly number[]> {
    return Promise.resolve([])
  }

  fold(): Promise<void> {
    return Promise.resolve()
  }

  unfold(): Promise<boolean> {
    return Promise.resolve(false)
  }

  facts(row: CheckRow): Promise<CheckFacts | null> {
    return Promise.resolve(this.#kept(row.key).facts)
  }

  byExternalId(externalId: string): Promise<{ row: CheckRow; current: boolean } | null> {
    const kept = [...this.rows.values()].find(
      ({ row }) => row.current?.externalId === externalId || row.unanswered === externalId,
    )
    return Promise.resolve(kept ? { row: kept.row, current: true } : null)
  }

  open(): Promise<readonly CheckRow[]> {
    const rows = [...this.rows.values()].map(({ row }) => row)
    return Promise.resolve(rows.filter((row) => row.current?.completed === false))
  }

  touch(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#change(key, { wanted: this.#kept(key).row.wanted + 1 })
    this.#listener()
    return Promise.resolve()
  }

  #isDue({ row, sent, leased, dueAt }: Kept): boolean {
    return sent < row.wanted && !leased && dueAt <= this.now && this.#pausedUntil <= this.now
  }

  #kept(key: string): Kept {
    const kept = this.rows.get(key)
    if (!kept) throw new Error(`no row ${key}`)
    return kept
  }

  #change(key: string, change: Partial<CheckRow>): void {
    const kept = this.#kept(key)
    kept.row = { ...kept.row, ...change }
  }
}

/** What another process finds in the database: all that was noted, and no leases. */
export function afterRestart(before: FakeChecks): FakeChecks {
  const after = new FakeChecks()
  for (const { row, facts, sent, urgency } of before.rows.values()) {
    after.rows.set(row.key, { row, facts, sent, leased: false, dueAt: 0, urgency, errors: [] })
  }
  return after
}

const rank = (urgency: Urgency): number =>
  ['alarm', 'conclusion', 'progress', 'queued'].indexOf(urgency)
