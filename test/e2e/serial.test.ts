import { afterAll, beforeAll, expect, test } from 'vitest'
import { markers } from '../support/markers.ts'
import { openStage, type Stage } from '../support/stage.ts'

let stage: Stage
let calls: Awaited<ReturnType<typeof markers>>
beforeAll(async () => {
  calls = await markers()
  stage = await openStage()
  await stage.serve()
})
afterAll(async () => {
  await stage[Symbol.asyncDispose]()
  await calls.close()
})

const branches = ['one', 'two', 'three', 'four']

const config = () => `version: 2.1
jobs:
  deploy:
    docker: [{ image: "cimg/base:current" }]
    steps:
      - run: ${calls.shell('begin $CIRCLE_BRANCH')}; sleep 0.4; ${calls.shell('end $CIRCLE_BRANCH')}
workflows:
  ci:
    jobs:
      - deploy: { serial-group: << pipeline.project.slug >>/live }
`

test('of deployments to one place never two run at once, and none after a newer one', async () => {
  const commits: string[] = []
  const copy = await stage.repository('serial')
  for (const branch of branches) {
    commits.push(await copy.commit({ '.circleci/config.yml': config(), branch }))
    await copy.push(`HEAD:${branch}`)
  }
  const conclusion = (sha: string) => stage.checks(sha)['ci / deploy']
  await expect
    .poll(() => commits.map(conclusion).filter((one) => one === 'success' || one === 'cancelled'), {
      timeout: 25_000,
    })
    .toHaveLength(branches.length)
  // A job that came after that of a newer pipeline was passed over; the newest never is.
  expect(conclusion(commits.at(-1) ?? '')).toBe('success')
  const ran = branches.filter((_, index) => conclusion(commits[index] ?? '') === 'success')
  const seen = calls.seen.map(({ text }) => text)
  expect(seen).toHaveLength(2 * ran.length)
  const order = seen.filter((text) => text.startsWith('begin ')).map((text) => text.slice(6))
  expect(seen).toEqual(order.flatMap((branch) => [`begin ${branch}`, `end ${branch}`]))
  expect(order).toEqual(ran)
  expect(stage.gitHub.violations).toEqual([])
})

const grouped = () => `version: 2.1
jobs:
  migrate: &job
    docker: [{ image: "cimg/base:current" }]
    steps:
      - run: ${calls.shell('begin migrate $CIRCLE_BRANCH')}
  deploy:
    <<: *job
    steps:
      - run: sleep 0.3; ${calls.shell('end deploy $CIRCLE_BRANCH')}
job-groups:
  ship:
    jobs: [migrate, deploy: { requires: [migrate] }]
workflows:
  ci:
    jobs:
      - ship: { serial-group: << pipeline.project.slug >>/live }
`

test('a job group with a serial group keeps its turn from its first job to its last', async () => {
  const commits: string[] = []
  calls.seen.length = 0
  const copy = await stage.repository('groups')
  for (const branch of branches) {
    commits.push(await copy.commit({ '.circleci/config.yml': grouped(), branch }))
    await copy.push(`HEAD:${branch}`)
  }
  const ended = () => commits.map((sha) => stage.checks(sha)['sluice']).filter(Boolean)
  await expect
    .poll(() => ended().filter((one) => one === 'success' || one === 'failure'), {
      timeout: 25_000,
    })
    .toHaveLength(branches.length)
  const seen = calls.seen.map(({ text }) => text)
  const order = seen.filter((text) => text.startsWith('begin ')).map((text) => text.slice(14))
  expect(order).toContain(branches.at(-1))
  expect(seen).toEqual(order.flatMap((name) => [`begin migrate ${name}`, `end deploy ${name}`]))
  expect(stage.gitHub.violations).toEqual([])
})
