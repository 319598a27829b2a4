import type { Metric, Sample } from '../ports/metrics.ts'

/** The text that Prometheus reads, version 0.0.4 of its format. */
export const metricsText = (metrics: readonly Metric[]): string =>
  `${metrics.flatMap(linesOf).join('\n')}\n`

export const metricsType = 'text/plain; version=0.0.4; charset=utf-8'

const linesOf = ({ name, help, type, samples }: Metric): readonly string[] => [
  `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`,
  `# TYPE ${name} ${type}`,
  ...samples.map(({ labels, value }) => `${name}${labelsOf(labels)} ${value}`),
]

function labelsOf(labels: Sample['labels']): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
