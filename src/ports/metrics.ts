/**
 * Figures for those who watch Sluice, as Prometheus understands them. Labels have few values that never
 * grow with use: no names of repositories, people or branches.
 */
export interface Metric {
  /** Begins with `sluice_`; a counter's ends with `_total`. */
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge'
  readonly samples: readonly Sample[]
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** Rejects when what is asked does not answer. */
export type ReadMetrics = () => Promise<readonly Metric[]>
