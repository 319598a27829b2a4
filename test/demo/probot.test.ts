import { createServer } from 'node:http'
import { createNodeMiddleware, createProbot, ProbotOctokit } from 'probot'
import { expect, onTestFinished, test } from 'vitest'
import type { StandIn } from '../../src/demo/stand-in/stand-in.ts'
import { openLab } from './support/github.ts'

interface Heard {
  readonly sha: string
  readonly runId: number
  readonly config: string
}

/** A real Probot App that answers every push with a check run. */
const startProbot = async (github: StandIn, hear: (heard: Heard) => void): Promise<string> => {
  const Octokit = ProbotOctokit.defaults((options: object) => ({
    ...options,
    throttle: { enabled: false },
    retry: { enabled: false },
  }))
  const probot = createProbot({
    overrides: { Octokit, logLevel: 'fatal' },
    env: {
      APP_ID: String(github.app.appId),
      PRIVATE_KEY: github.app.privateKey,
      WEBHOOK_SECRET: github.app.webhookSecret,
      GHE_HOST: github.host,
      GHE_PROTOCOL: 'http',
    },
  })
  const middleware = await createNodeMiddleware(
    (app) => {
      app.on('push', async (context) => {
        const { octokit, payload } = context
        const sha = payload.after
        const made = await octokit.rest.checks.create(
          context.repo({ name: 'build', head_sha: sha, status: 'in_progress' }),
        )
        const file = await octokit.rest.repos.getContent(
          context.repo({ path: '.circleci/config.yml', ref: sha, mediaType: { format: 'raw' } }),
        )
        await octokit.rest.checks.update(
          context.repo({ check_run_id: made.data.id, conclusion: 'success' }),
        )
        hear({ sha, runId: made.data.id, config: JSON.stringify(file.data) })
      })
    },
    { probot, webhooksPath: '/hook' },
  )
  const server = createServer((request, response) => {
    void middleware(request, response, () => response.writeHead(404).end())
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(() => server.closeAllConnections())
  onTestFinished(() => void server.close())
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/hook`
}

test('a real Probot App hears of a push, reads a file and makes a check run', async () => {
  const lab = await openLab()
  const heard: Heard[] = []
  lab.github.setWebhookUrl(await startProbot(lab.github, (one) => heard.push(one)))
  const sha = await lab.push({ '.circleci/config.yml': 'version: 2.1\n' })
  await lab.github.settled()
  const [run] = lab.github.runs(sha)
  expect(run).toMatchObject({ name: 'build', status: 'completed', conclusion: 'success' })
  expect(heard).toEqual([{ sha, runId: run?.id, config: JSON.stringify('version: 2.1\n') }])
  const push = lab.github.deliveries.find((one) => one.event === 'push')
  expect(push).toMatchObject({ status: 'OK', statusCode: 200 })
  const ops = lab.github.requests.map((request) => request.op)
  expect(ops).toContain('apps/create-installation-access-token')
  expect(lab.github.violations).toEqual([])
})

test('Probot refuses a webhook whose signature is wrong, and the log shows it', async () => {
  const lab = await openLab()
  const url = await startProbot(
    { ...lab.github, app: { ...lab.github.app, webhookSecret: 'other' } },
    () => undefined,
  )
  lab.github.setWebhookUrl(url)
  await lab.push({ 'a.txt': 'one' })
  await lab.github.settled()
  expect(lab.github.deliveries[0]).toMatchObject({ statusCode: 400 })
})
