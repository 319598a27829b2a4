import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listAt, textAt } from '../../src/executors/docker/answer.ts'
import {
  engineImage,
  images,
  importEngine,
  inImage,
  push,
  registryLogin,
  startEngine,
  type TestEngine,
} from '../support/docker-engine.ts'
import { secretCommand } from '../support/secret-command.ts'
import { jobLog, openStage, type Stage } from '../support/stage.ts'

const patience = { timeout: 40_000 }
const started = await startEngine()
const key = randomBytes(32).toString('base64')

const config = `version: 2.1
jobs:
  serve:
    docker:
      - image: ${images.busybox}
        environment: { GREETING: from-the-primary }
      - image: ${images.busybox}
        name: db
        command: [/bin/sh, -c, "echo up and listening; exec busybox nc -ll -p 5432 -e echo from-the-service"]
    resource_class: small
    steps:
      - run: echo "$GREETING in $CIRCLE_JOB"
      - run: until busybox nc -w 2 localhost 5432 < /dev/null; do sleep 0.1; done
      - run: until busybox nc -w 2 db 5432 < /dev/null; do sleep 0.1; done
      - run: mkdir -p out && echo kept > out/file
      - persist_to_workspace: { root: ., paths: [out] }
  take:
    docker:
      - image: ${images.user}
    steps:
      - attach_workspace: { at: there }
      - run: id -un; cat there/out/file
workflows:
  ci:
    jobs:
      - serve
      - take:
          requires: [serve]
`

const slow = `version: 2.1
jobs:
  slow:
    docker: [{ image: ${images.debian} }]
    steps:
      - run: for i in 1 2 3 4 5 6 7 8 9 10; do echo "line $i"; sleep 0.3; done; exit 9
workflows:
  ci:
    jobs: [slow]
`

const ping =
  'to=${DOCKER_HOST#tcp://}; exec 3<>/dev/tcp/${to%:*}/${to#*:}; printf "GET /_ping HTTP/1.0\\r\\n\\r\\n" >&3; tail -n 1 <&3; echo " from $DOCKER_HOST"'

/** Its first run waits for ever; the second knows that there was one. */
const onceMore = `version: 2.1
jobs:
  slow:
    docker:
      - image: ${images.debian}
      - image: ${images.busybox}
        command: [sleep, '1000']
    steps:
      - restore_cache: { key: been-here }
      - run: if [ -e ~/mark ]; then echo second run; exit 4; fi; touch ~/mark
      - save_cache: { key: been-here, paths: [~/mark] }
      - run: echo first run; sleep 600
workflows:
  ci:
    jobs: [slow]
`

const login = (image: string) => `version: 2.1
jobs:
  build:
    docker: [{ image: "${image}", auth: { username: $REGISTRY_USER, password: $REGISTRY_PASSWORD } }]
    steps: [{ run: echo in }]
workflows:
  ci:
    jobs: [build]
`

const missing = `version: 2.1
jobs:
  build:
    docker: [{ image: "127.0.0.1:5000/not/there:1", auth: { username: $NAME, password: x } }]
    steps: [{ run: echo never }]
workflows:
  ci:
    jobs: [build]
`

const brief = `version: 2.1
jobs:
  build:
    docker: [{ image: ${images.debian}, entrypoint: [/bin/sh, -c, "echo no such setting; exit 3"] }]
    steps: [{ run: sleep 60 }]
workflows:
  ci:
    jobs: [build]
`

const engines = `version: 2.1
jobs:
  asks:
    docker: [{ image: ${images.user} }]
    steps:
      - run: echo "before [$DOCKER_HOST]"
      - setup_remote_docker: { version: 24.0.9, docker_layer_caching: true }
      - run: ${ping}
  has:
    machine: true
    steps:
      - run: ${ping}
workflows:
  ci:
    jobs: [asks, has]
`

describe.skipIf(!started)('with the docker executor', () => {
  const engine = started as TestEngine
  let stage: Stage
  let server: Awaited<ReturnType<Stage['serve']>>
  const becomes = (sha: string, name: string, conclusion: string) =>
    expect.poll(() => stage.checks(sha)[name], patience).toBe(conclusion)
  const log = (sha: string, name: string) => jobLog(server.url, stage.check(sha, name))
  const said = (sha: string, name: string) => {
    const { title, summary, text } = stage.check(sha, name)
    return `${title}\n${summary}\n${text}`
  }
  const containers = async () =>
    listAt(await engine.engine.call('GET', '/containers/json?all=1')).length

  beforeAll(async () => {
    stage = await openStage()
    await importEngine(engine.engine)
    server = await stage.serve({
      SLUICE_EXECUTOR: 'docker',
      DOCKER_HOST: engine.host,
      SLUICE_REMOTE_DOCKER: 'acme/engines',
      SLUICE_REMOTE_DOCKER_IMAGE: engineImage,
      SLUICE_MACHINE_IMAGE: images.user,
      SLUICE_SECRETS_KEY: key,
    })
  })
  afterAll(async () => {
    await stage[Symbol.asyncDispose]()
    await engine.close()
  })

  test('a push runs jobs in containers, with a service at localhost and a workspace between them', async () => {
    const sha = await stage.push('services', config)
    await becomes(sha, 'ci / take', 'success')
    const served = await log(sha, 'ci / serve')
    expect(served).toContain('Using image')
    expect(served).toContain('from-the-primary in serve\n')
    expect(served.match(/from-the-service/g)).toHaveLength(2)
    expect(served).toContain('up and listening\n')
    expect(await log(sha, 'ci / take')).toContain('circleci\nkept\n')
    await expect.poll(containers, patience).toBe(0)
  })

  test('an image that is not to be had fails the job, and says why', async () => {
    const sha = await stage.push('missing', missing)
    await becomes(sha, 'ci / build', 'failure')
    expect(said(sha, 'ci / build')).toContain('needs the variable NAME')
  })

  test('an entrypoint that ends at once fails the job, which is not run again, and says what it said', async () => {
    const sha = await stage.push('brief', brief)
    await becomes(sha, 'ci / build', 'failure')
    const told = said(sha, 'ci / build')
    expect(told).toContain('ended with code 3')
    expect(told).toContain('no such setting')
    expect(told).not.toContain('Lost and run again')
    await expect.poll(containers, patience).toBe(0)
  })

  test('6.5 setup_remote_docker: where the server allows it, a job has an engine of its own', async () => {
    const sha = await stage.push('engines', engines)
    await becomes(sha, 'ci / asks', 'success')
    await becomes(sha, 'ci / has', 'success')
    const asked = await log(sha, 'ci / asks')
    expect(asked).toContain('before []\n')
    expect(asked).toContain('Version 24.0.9 is not chosen here')
    expect(asked).toContain('docker_layer_caching does nothing here')
    for (const job of ['ci / asks', 'ci / has'])
      expect(await log(sha, job)).toContain('OK from tcp://127.0.0.1:2375\n')
    await expect.poll(containers, patience).toBe(0)
  })

  test('6.5 setup_remote_docker: elsewhere it is refused, and says who can allow it and what that means', async () => {
    const sha = await stage.push('engineless', engines)
    await becomes(sha, 'ci / asks', 'failure')
    expect(said(sha, 'ci / asks')).toContain('SLUICE_REMOTE_DOCKER=acme/engineless')
    expect(said(sha, 'ci / asks')).toContain('can become root on the machine')
    await becomes(sha, 'ci / has', 'failure')
    expect(await log(sha, 'ci / has')).toContain('Docker is not there: this server gives')
  })

  test('kill -9 of the worker during a step loses no byte and no exit code', async () => {
    const sha = await stage.push('killed', slow)
    await expect.poll(() => stage.checks(sha)['ci / slow'], patience).toBe('in_progress')
    await expect.poll(() => log(sha, 'ci / slow'), patience).toContain('line 2')
    await server.kill()
    await server.start()
    await becomes(sha, 'ci / slow', 'failure')
    const lines = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((i) => `line ${i}\n`)
    expect(await log(sha, 'ci / slow')).toContain(lines.join(''))
    expect(said(sha, 'ci / slow')).toContain('exited with code 9')
    await expect.poll(containers, patience).toBe(0)
  })
  test('$VAR in the login of a registry is a secret of the project, and never shown', async (context) => {
    if (engine.registry === null) context.skip('no registry is installed')
    const repo = 'sluice-test/private:1'
    await inImage(engine.engine, images.busybox, 'echo > /private', { repo, changes: [] })
    await push(engine.engine, repo, `${engine.registry}/acme/private:1`)
    const data = { SLUICE_DATA_DIR: join(stage.directory, 'data'), SLUICE_SECRETS_KEY: key }
    for (const [name, input] of [
      ['REGISTRY_USER', registryLogin.username],
      ['REGISTRY_PASSWORD', registryLogin.password],
    ] as const) {
      const words = ['set', name, '--project', 'acme/login']
      expect(await secretCommand(words, { input, env: data })).toMatchObject({ code: 0 })
    }
    const sha = await stage.push('login', login(`${engine.registry}/acme/private:1`))
    await becomes(sha, 'ci / build', 'success')
    const told = await log(sha, 'ci / build')
    expect(told).toMatch(/Using image .*@sha256:/)
    expect(told).not.toContain(registryLogin.password)
  })

  test('kill -9 of everything: the job was lost, runs once more, and nothing remains', async () => {
    const sha = await stage.push('all-killed', onceMore)
    await expect.poll(() => stage.checks(sha)['ci / slow'], patience).toBe('in_progress')
    await expect.poll(() => log(sha, 'ci / slow'), patience).toContain('first run\n')
    await server.kill()
    const all = listAt(await engine.engine.call('GET', '/containers/json'))
    expect(all).toHaveLength(2)
    for (const one of all)
      await engine.engine
        .call('POST', `/containers/${textAt(one, 'Id')}/kill`)
        // The service ends with the primary container.
        .catch((error: unknown) => expect(String(error)).toContain('not running'))
    await server.start()
    await expect.poll(() => log(sha, 'ci / slow'), patience).toContain('second run\n')
    await becomes(sha, 'ci / slow', 'failure')
    expect(said(sha, 'ci / slow')).toContain('exited with code 4')
    const cause = 'its environment was gone when the worker came back'
    expect(said(sha, 'ci / slow').split(`Lost and run again: ${cause}.`)).toHaveLength(2)
    await expect.poll(containers, patience).toBe(0)
    await server.stop()
    const volumes = await engine.engine.call('GET', '/volumes')
    expect(listAt(volumes, 'Volumes')).toEqual([])
    const networks = listAt(await engine.engine.call('GET', '/networks'))
    expect(networks.filter((one) => textAt(one, 'Labels', 'sluice.data') !== null)).toEqual([])
  }, 120_000)
})
