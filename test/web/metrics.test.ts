import { expect, test } from 'vitest'
import { metricsText } from '../../src/web/metrics.ts'
import { webApp } from './support.ts'

test('every metric is written with its help, its type and its labels', () => {
  const samples = [
    { labels: { kind: 'a"b\\c\nd', status: '200' }, value: 3 },
    { labels: {}, value: 0.5 },
  ]
  const metric = { name: 'sluice_x_total', help: 'One\nor two.', type: 'counter', samples } as const
  expect(metricsText([metric])).toBe(
    [
      '# HELP sluice_x_total One\\nor two.',
      '# TYPE sluice_x_total counter',
      'sluice_x_total{kind="a\\"b\\\\c\\nd",status="200"} 3',
      'sluice_x_total 0.5',
      '',
    ].join('\n'),
  )
})

test('/metrics is what Prometheus expects, and an error when the figures cannot be had', async () => {
  const answer = await webApp({}).request('/metrics')
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
})
