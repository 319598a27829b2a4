/**
 * Every route, one a line. Pages read views and print them; what changes something is below `/api/v2/`
 * and puts an event. Works without JavaScript; what is live refreshes itself.
 */
import { Hono } from 'hono'
import { isId, jobId, pipelineId } from '../model/ids.ts'
import type { Conveyor } from '../ports/inbox.ts'
import type { Log } from '../ports/log.ts'
import type { Logs } from '../ports/logs.ts'
import type { ReadMetrics } from '../ports/metrics.ts'
import type { TestResults } from '../ports/test-results.ts'
import type { Views } from '../ports/views.ts'
import { createApi } from './api/api.ts'
import type { ApiParts } from './api/parts.ts'
import { type ArtifactParts, artifactsShown, sendArtifact } from './artifacts.ts'
import { stylesheet } from './assets/stylesheet.ts'
import { readiness } from './health.ts'
import { metricsText, metricsType } from './metrics.ts'
import { jobPage } from './pages/job.ts'
import { streamLog } from './pages/log.ts'
import { messagePage } from './pages/message.ts'
import { pipelinePage } from './pages/pipeline.ts'
import { pipelinesPage } from './pages/pipelines.ts'
import { refuseOtherSites, securityHeaders } from './security.ts'

export interface WebParts extends ApiParts, ArtifactParts {
  readonly artifacts: ApiParts['artifacts'] & ArtifactParts['artifacts']
  readonly views: Views
  readonly logs: Logs
  readonly testResults: Pick<TestResults, 'summary'>
  readonly conveyor: Pick<Conveyor, 'aside'>
  /** What `/metrics` tells, of every part that has figures. */
  readonly metrics: ReadMetrics
  readonly log: Log
}

const perPage = 50
const noAnswer = 'Sluice could not answer. Its log says why.'

export function createWebApp(parts: WebParts): Hono {
  const { views, logs, log } = parts
  const app = new Hono()
  app.use(securityHeaders)
  app.use(refuseOtherSites)
  forOperators(app, parts)
  app.get('/assets/sluice.css', (c) =>
    c.body(stylesheet, 200, {
      'content-type': 'text/css; charset=utf-8',
      'cache-control': 'max-age=31536000, immutable',
    }),
  )
  app.get('/', async (c) => {
    const before = c.req.query('before')
    if (before !== undefined && !/^\d{1,15}$/.test(before))
      return c.html(messagePage('before= is a time in milliseconds since 1970.'), 400)
    const page = before === undefined ? {} : { before: Number(before) }
    // One more than is shown tells whether there are older ones.
    const found = await views.pipelines({ limit: perPage + 1, ...page })
    return c.html(pipelinesPage(found, perPage, await views.notices()))
  })
  app.get('/pipelines/:id', async (c) => {
    const id = c.req.param('id')
    const found = isId(id) ? await views.pipeline(pipelineId(id)) : null
    return found
      ? c.html(pipelinePage(found))
      : c.html(messagePage('There is no such pipeline.'), 404)
  })
  app.get('/jobs/:id', async (c) => {
    const id = c.req.param('id')
    const found = isId(id) ? await views.job(jobId(id)) : null
    if (!found) return c.html(messagePage('There is no such job.'), 404)
    // What it kept is with the job that did its work.
    const { layersOf } = found.job
    const artifacts = await parts.artifacts.of(layersOf, artifactsShown)
    return c.html(jobPage(found, { artifacts, tests: await parts.testResults.summary(layersOf) }))
  })
  app.get('/jobs/:id/artifacts/:task/*', (c) => sendArtifact(c, parts))
  app.get('/jobs/:id/tasks/:task/steps/:step/log', (c) => streamLog(c, views, logs))
  app.route('/api/v2', createApi(parts, log))
  app.notFound((c) => c.html(messagePage('There is no such page.'), 404))
  app.onError((error, c) => {
    log.error({ error, path: c.req.path }, 'a page failed')
    if (c.req.path.startsWith('/api/')) return c.json({ message: noAnswer }, 500)
    return c.html(messagePage(noAnswer), 500)
  })
  return app
}

function forOperators(app: Hono, { views, conveyor, metrics }: WebParts): void {
  app.get('/healthz', (c) => c.text('ok\n'))
  app.get('/readyz', async (c) => {
    const { ready, text } = await readiness(views, conveyor)
    return c.text(text, ready ? 200 : 503)
  })
  app.get('/metrics', async (c) =>
    c.body(metricsText(await metrics()), 200, { 'content-type': metricsType }),
  )
}
