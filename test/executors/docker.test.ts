import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createServer as createSecureServer } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { addressOf } from '../../src/executors/docker/address.ts'
import { listAt, numberAt, textAt } from '../../src/executors/docker/answer.ts'
import { dockerExecutor } from '../../src/executors/docker/docker.ts'
import { keeper, keeperCodes } from '../../src/executors/docker/programs.ts'
import type { DockerImage } from '../../src/model/plan.ts'
import {
  type EnvironmentHandle,
  EnvironmentLost,
  EnvironmentRefused,
  type EnvironmentSpec,
  type Service,
} from '../../src/ports/executor.ts'
import { selfSigned } from '../support/certificate.ts'
import {
  images,
  importEngine,
  inImage,
  push,
  registryLogin,
  startEngine,
} from '../support/docker-engine.ts'
import { dockerIn, exited, never, ran, specOf, stepOf, tarOf, untar } from '../support/executors.ts'
import { silentLog } from '../support/log.ts'

const started = await startEngine()

const image = (name: string, change: Partial<DockerImage> = {}): DockerImage => ({
  image: name,
  name: null,
  entrypoint: null,
  command: null,
  user: null,
  environment: {},
  auth: null,
  ...change,
})

const inImages = (...all: readonly DockerImage[]): Partial<EnvironmentSpec> => ({
  runsIn: { kind: 'docker', images: all },
})

/** Listens, answers one line to whoever comes, and says on its output that it is up. */
const service = (port: number, answer: string): readonly string[] => [
  '/bin/sh',
  '-c',
  `echo up at ${port}; exec busybox nc -ll -p ${port} -e echo ${answer}`,
]
/** All that it prints until it ends. */
async function logOf(one: Service | undefined, from = 0): Promise<string> {
  const log: Uint8Array[] = []
  for await (const bytes of one?.log({ from, signal: never }) ?? []) log.push(bytes)
  return Buffer.concat(log).toString()
}
/** Asks until somebody answers, as configs do. */
const ask = (host: string, port: number): string =>
  `until busybox nc -w 2 ${host} ${port} < /dev/null; do sleep 0.1; done`

describe.skipIf(!started)('on a Docker engine', () => {
  const engine = started as NonNullable<typeof started>
  let docker: Awaited<ReturnType<typeof dockerIn>>
  const told: string[] = []
  const variables: Record<string, string> = {}
  const open = (change: Partial<EnvironmentSpec> = {}): Promise<EnvironmentHandle> => {
    told.length = 0
    return docker.executor.prepare(specOf(change), never, {
      tell: (line) => told.push(line),
      variables,
    })
  }
  const output = async (change: Partial<EnvironmentSpec>, script: string): Promise<string> => {
    const job = await open(change)
    const end = await ran(job, stepOf(script))
    await job.dispose()
    return end.output
  }
  const containers = async (): Promise<readonly unknown[]> =>
    listAt(await engine.engine.call('GET', '/containers/json?all=1'))

  beforeAll(async () => {
    docker = await dockerIn(engine)
  })
  afterEach(async () => {
    for (const id of await docker.executor.list()) {
      await (await docker.executor.attach(id))?.dispose()
    }
  })
  afterAll(async () => {
    await docker.close()
    await engine.close()
  })

  test('5.2 list order: the first image is primary, others are services on localhost and by name', async () => {
    const job = await open(
      inImages(
        image(images.busybox),
        image(images.busybox, { name: 'db', command: service(5432, 'from-db') }),
        image(images.busybox, { command: service(6379, 'from-cache') }),
      ),
    )
    expect((await ran(job, stepOf(ask('localhost', 5432)))).output).toContain('from-db')
    expect((await ran(job, stepOf(ask('db', 5432)))).output).toContain('from-db')
    expect((await ran(job, stepOf(ask('127.0.0.1', 6379)))).output).toContain('from-cache')
    expect((await ran(job, stepOf('hostname'))).outcome).toEqual(exited(0))
    await job.dispose()
    expect(await containers()).toEqual([])
  })

  test('5.2 name: the primary has one too, and services know each other by theirs', async () => {
    const asks = ['main', 'db', 'web'].map(
      (name) => `{ ${ask(name, 5432)}; } 2> /dev/null; echo by ${name}`,
    )
    const job = await open(
      inImages(
        image(images.busybox, { name: 'main' }),
        image(images.busybox, { name: 'db', command: service(5432, 'from-db') }),
        image(images.busybox, { name: 'web', command: ['/bin/sh', '-c', asks.join('; ')] }),
      ),
    )
    expect((await ran(job, stepOf(ask('main', 5432)))).output).toContain('from-db')
    const web = job.services?.find(({ title }) => title.startsWith('web'))
    expect((await logOf(web)).replaceAll(/(?:from-db\n)+/g, 'from-db ')).toBe(
      'from-db by main\nfrom-db by db\nfrom-db by web\n',
    )
    await job.dispose()
  })

  test('5.2 entrypoint and command: a service has its image’s own unless the config has others', async () => {
    await inImage(engine.engine, images.debian, 'true', {
      repo: 'sluice-test/service:1',
      changes: ['ENTRYPOINT ["/bin/echo", "entrypoint"]', 'CMD ["command"]'],
    })
    const asked = (change: Partial<DockerImage>) => image('sluice-test/service:1', change)
    const job = await open(
      inImages(
        image(images.debian),
        asked({}),
        asked({ command: ['other command'] }),
        asked({ entrypoint: ['/bin/echo', 'other entrypoint'] }),
        asked({ entrypoint: ['/usr/bin/id'], command: ['-u'], user: '4242' }),
      ),
    )
    const logs = await Promise.all((job.services ?? []).map((one) => logOf(one)))
    expect(logs).toEqual([
      'entrypoint command\n',
      'entrypoint other command\n',
      'other entrypoint\n',
      '4242\n',
    ])
    await job.dispose()
  })

  test('5.2 entrypoint: the primary image’s own is ignored', async () => {
    await inImage(engine.engine, images.debian, 'true', {
      repo: 'sluice-test/entry:1',
      changes: ['ENTRYPOINT ["/bin/false"]', 'CMD ["never"]'],
    })
    expect(await output(inImages(image('sluice-test/entry:1')), 'echo fine')).toBe('fine\n')
  })

  test('5.2 entrypoint: it runs beside the steps with the label preserve-entrypoint', async () => {
    const entrypoint = '["/bin/sh", "-c", "echo $0 > /tmp/entry; exec sleep 1000"]'
    await inImage(engine.engine, images.debian, 'true', {
      repo: 'sluice-test/preserved:1',
      changes: [
        'LABEL com.circleci.preserve-entrypoint=true',
        `ENTRYPOINT ${entrypoint}`,
        'CMD ["of-the-image"]',
      ],
    })
    const wait = 'until [ -s /tmp/entry ]; do sleep 0.05; done; cat /tmp/entry'
    expect(await output(inImages(image('sluice-test/preserved:1')), wait)).toBe('of-the-image\n')
    const asked = image(images.debian, {
      entrypoint: ['/bin/sh', '-c', 'echo $0 > /tmp/entry; exec sleep 1000'],
      command: ['of-the-config'],
    })
    expect(await output(inImages(asked), wait)).toBe('of-the-config\n')
  })

  test.each([
    ['at once', 'echo no such setting; exit 3', 3, 'no such setting'],
    ['while a step runs', 'echo up; sleep 2; echo gave up >&2; exit 7', 7, 'up\ngave up'],
  ])(
    '5.2 entrypoint: one that ends %s is the job’s failure, with its code and last words',
    async (_when, script, code, said) => {
      const asked = image(images.debian, { entrypoint: ['/bin/sh', '-c', script] })
      const beside = image(images.busybox, { command: ['sleep', '1000'] })
      const running = open(inImages(asked, beside)).then((job) => ran(job, stepOf('sleep 60')))
      const error = await running.catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(EnvironmentRefused)
      expect(String(error)).toContain(
        `(image ${images.debian}) ended with code ${code}, and it has to keep running while the steps run. Its last lines:\n${said}`,
      )
    },
  )

  test('5.2 entrypoint: one that ends for want of memory is told so', async () => {
    const greedy = 'head -c 3000000000 /dev/zero | tail -c 2900000000'
    const asked = image(images.debian, { entrypoint: ['/bin/sh', '-c', greedy] })
    const running = open({ ...inImages(asked), resourceClass: 'small' }).then((job) =>
      ran(job, stepOf('sleep 60')),
    )
    const error = await running.catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(EnvironmentRefused)
    expect(String(error)).toContain('code 137: out of memory (the limit of the job is 2 GiB)')
  })

  test('an image in which nothing can be kept running is the job’s failure, with what it said', async () => {
    const repo = 'sluice-test/no-mkdir:1'
    await inImage(engine.engine, images.debian, 'rm /bin/mkdir', { repo, changes: [] })
    const error = await open(inImages(image(repo))).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(EnvironmentRefused)
    expect(String(error)).toMatch(/ended with code 1\. Its last lines:\n.*mkdir: not found/)
    expect(await containers()).toEqual([])
  })

  test('5.2 user: steps run as it, with its home', async () => {
    const script = 'id -un; echo "$HOME"; pwd; touch here'
    expect(await output(inImages(image(images.user)), script)).toBe(
      'circleci\n/home/circleci\n/home/circleci/project\n',
    )
    expect(await output(inImages(image(images.user, { user: 'root' })), 'id -un')).toBe('root\n')
    expect(await output(inImages(image(images.debian, { user: '4711' })), 'id -u; touch ~/x')).toBe(
      '4711\n',
    )
  })

  test('5.2 environment: each container has its own', async () => {
    const job = await open(
      inImages(
        image(images.busybox, { environment: { WHO: 'primary' } }),
        image(images.busybox, {
          environment: { WHO: 'service' },
          command: ['/bin/sh', '-c', 'exec busybox nc -ll -p 7000 -e echo "i am $WHO"'],
        }),
      ),
    )
    expect((await ran(job, stepOf(`${ask('localhost', 7000)}; echo "$WHO"`))).output).toBe(
      'i am service\nprimary\n',
    )
    await job.dispose()
  })

  test('5.2 readiness: a service that ends early fails nothing, and its log is there', async () => {
    const job = await open(
      inImages(
        image(images.debian),
        image(images.debian, {
          name: 'broken',
          command: ['/bin/sh', '-c', 'echo bad >&2; exit 1'],
        }),
      ),
    )
    expect((await ran(job, stepOf('sleep 0.2; echo on'))).output).toBe('on\n')
    const [one] = job.services ?? []
    expect(one?.title).toBe(`broken (${images.debian})`)
    expect(await logOf(one, 1)).toBe('ad\n')
    await job.dispose()
  })

  test('5.3 machine: runs in the image of the setting', async () => {
    expect(await output({}, 'cat /etc/debian_version')).toMatch(/^\d+/)
  })

  test('5.4 shells: bash where there is one, else sh', async () => {
    const shell = 'readlink -f /proc/$$/exe'
    expect(await output(inImages(image(images.debian)), shell)).toContain('bash')
    expect(await output(inImages(image(images.busybox)), shell)).toContain('busybox')
    const job = await open(inImages(image(images.busybox)))
    expect((await ran(job, stepOf('false | true; echo not here'))).outcome).toEqual(exited(1))
    await job.dispose()
  })

  test('5.5 a step has the image’s variables below its own, and none of the worker’s', async () => {
    process.env['SLUICE_TEST_SECRET'] = 'not for jobs'
    const seen = await output(inImages(image(images.debian, { environment: { A: '1' } })), 'env')
    delete process.env['SLUICE_TEST_SECRET']
    expect(seen).toContain('A=1\n')
    expect(seen).not.toContain('not for jobs')
  })

  test('BASH_ENV passes variables on, to sh too', async () => {
    for (const name of [images.debian, images.busybox]) {
      const job = await open(inImages(image(name)))
      await ran(job, stepOf('echo "export GREETING=hello" >> "$BASH_ENV"'))
      expect((await ran(job, stepOf('echo "$GREETING"'))).output).toBe('hello\n')
      await job.dispose()
    }
  })

  test('resource_class: limits are set, and an end for want of memory is named', async () => {
    const job = await open({ ...inImages(image(images.debian)), resourceClass: 'small' })
    const limit =
      'cat /sys/fs/cgroup/memory.max 2>/dev/null || cat /sys/fs/cgroup/memory/memory.limit_in_bytes'
    expect((await ran(job, stepOf(limit))).output.trim()).toBe(String(2 * 1024 ** 3))
    const greedy = stepOf('head -c 3000000000 /dev/zero | tail -c 2900000000 | wc -c')
    const { outcome } = await ran(job, greedy)
    expect(outcome).toEqual({
      ...exited(137),
      because: 'A process was ended for want of memory: the limit of the job is 2 GiB.',
    })
    expect((await ran(job, stepOf('echo on'))).output).toBe('on\n')
    await job.dispose()
  })

  test('resource_class: one that nobody knows is told and limits nothing', async () => {
    const job = await open({ ...inImages(image(images.debian)), resourceClass: 'gigantic' })
    expect(told).toContain('resource_class gigantic is not known here: the job runs without limits')
    await job.dispose()
  })

  describe.skipIf(!engine?.registry)('with a registry', () => {
    const name = `${engine?.registry}/acme/tools:1`
    const auth = {
      kind: 'password',
      username: '$REGISTRY_USER',
      password: '${REGISTRY_PASSWORD}',
    } as const
    beforeAll(async () => {
      const repo = 'sluice-test/pushed:1'
      await inImage(engine.engine, images.busybox, 'echo > /fresh', { repo, changes: [] })
      await push(engine.engine, repo, name)
    })

    test('5.2 auth: $VAR stands for variables, the pull is told, the image then kept', async () => {
      variables['REGISTRY_USER'] = registryLogin.username
      variables['REGISTRY_PASSWORD'] = registryLogin.password
      expect(await output(inImages(image(name, { auth })), 'echo in')).toBe('in\n')
      expect(told).toEqual(
        expect.arrayContaining([
          `Pulling image ${name}`,
          expect.stringMatching(/pulled.*1 of 1 layers/),
          expect.stringMatching(/^Using image .*@sha256:[a-f0-9]{64}\)$/),
        ]),
      )
      const digest = /@(sha256:[a-f0-9]{64})/.exec(told.join('\n'))?.[1]
      const exact = `${engine.registry}/acme/tools@${digest}`
      expect(await output(inImages(image(exact)), 'echo again')).toBe('again\n')
      expect(told.join('\n')).toContain('kept on this engine')
      expect(told.join('\n')).not.toContain(registryLogin.password)
    })

    test.each([
      ['no login', {}, 'basic auth'],
      ['a wrong password', { auth: { ...auth, password: 'wrong' } }, 'unauthorized'],
      ['a variable that is missing', { auth: { ...auth, password: '$NOPE' } }, 'variable NOPE'],
    ])('5.2 auth: %s is the job’s failure, and said', async (_what, change, why) => {
      variables['REGISTRY_USER'] = registryLogin.username
      const wanted = open(inImages(image(`${engine.registry}/acme/other:1`, change)))
      await expect(wanted).rejects.toThrow(EnvironmentRefused)
      await expect(
        open(inImages(image(`${engine.registry}/acme/other:1`, change))),
      ).rejects.toThrow(why)
    })

    test('5.2 image: one that the registry has not is the job’s failure', async () => {
      variables['REGISTRY_USER'] = registryLogin.username
      variables['REGISTRY_PASSWORD'] = registryLogin.password
      const missing = `${engine.registry}/acme/missing:2`
      const wanted = open(inImages(image(missing, { auth })))
      await expect(wanted).rejects.toThrow(EnvironmentRefused)
      await expect(open(inImages(image(missing, { auth })))).rejects.toThrow(
        `the image ${missing} could not be pulled`,
      )
    })
  })

  test('5.2 image: a registry that cannot be reached is no failure of the job', async () => {
    await expect(open(inImages(image('127.0.0.1:9/acme/tools:1')))).rejects.toThrow(EnvironmentLost)
  })

  test.each([
    ['what cannot be an image', image('no spaces here'), 'cannot be an image'],
    ['a user that is not there', image(images.debian, { user: 'nobody-knows' }), 'nobody-knows'],
    ['an impossible name', image(images.debian, { name: 'db:10.0.0.1' }), 'host name'],
    ['a login to AWS', image('x', { auth: { kind: 'aws-oidc', roleArn: 'x' } }), 'aws_auth'],
  ])('%s is the job’s failure, and nothing is left', async (_what, asked, why) => {
    const wanted = open(inImages(asked))
    await expect(wanted).rejects.toThrow(EnvironmentRefused)
    await expect(open(inImages(asked))).rejects.toThrow(why)
    expect(await containers()).toEqual([])
  })

  test('a service that cannot start is the job’s failure, and nothing is left', async () => {
    const broken = image(images.debian, { command: ['/no/such/program'] })
    await expect(open(inImages(image(images.debian), broken))).rejects.toThrow('/no/such/program')
    expect(await containers()).toEqual([])
  })

  test('an image without a shell is told', async () => {
    await inImage(engine.engine, images.debian, 'rm /bin/sh /bin/dash', {
      repo: 'sluice-test/shell-less:1',
      changes: [],
    })
    await expect(open(inImages(image('sluice-test/shell-less:1')))).rejects.toThrow('/bin/sh')
  })

  test('secrets of a step are in no argument, and nowhere in what the engine tells', async () => {
    const job = await open()
    const step = stepOf('echo up; tr "\\0" " " < /proc/1/cmdline; cat /proc/*/cmdline; sleep 60', {
      env: { TOKEN: 'secret-of-the-step' },
    })
    const run = job.run(step, { from: 0, signal: never })
    const seen = Buffer.from((await run.next()).value as Uint8Array).toString()
    const [one] = await containers()
    const known = JSON.stringify(
      await engine.engine.call('GET', `/containers/${textAt(one, 'Id')}/json`),
    )
    expect(seen + known).not.toContain('secret-of-the-step')
    await run.return({ kind: 'lost', because: 'enough' })
    await job.dispose()
  })

  test('values and scripts arrive exactly as they were given', async () => {
    const value = `it's "quoted" $HOME \`id\` \\ \n two lines; é`
    const job = await open()
    const step = stepOf('printf %s "$VALUE"; printf "|%s" \'a\\nb\'', { env: { VALUE: value } })
    expect((await ran(job, step)).output).toBe(`${value}|a\\nb`)
    await job.dispose()
  })

  test('a follower that comes later gets every byte, binary ones too', async () => {
    const job = await open()
    const step = stepOf(
      'head -c 1000000 /dev/urandom | tee /tmp/copy; cksum < /tmp/copy > /tmp/sum',
    )
    const enough = new AbortController()
    const first = job.run(step, { from: 0, signal: enough.signal })
    const head = (await first.next()).value as Uint8Array
    enough.abort(new Error('enough'))
    await expect(first.next()).rejects.toThrow('enough')
    const parts: Uint8Array[] = [head]
    const rest = job.run(step, { from: head.length, signal: never })
    for (let next = await rest.next(); !next.done; next = await rest.next()) parts.push(next.value)
    const copy = await untarBytes(await job.getTar('/tmp', ['copy']))
    expect(Buffer.concat(parts).equals(copy)).toBe(true)
    await job.dispose()
  })

  test('another process of the same data directory takes a step up where it stands', async () => {
    const spec = specOf()
    const job = await docker.executor.prepare(spec, never)
    const step = stepOf('echo one; until [ -e /tmp/go ]; do sleep 0.05; done; echo two; exit 7')
    await job.begin(step)
    const other = await dockerIn(engine, { dataDir: docker.dataDir })
    const again = await other.executor.attach(spec.id)
    if (!again) throw new Error('not found')
    await ran(again, stepOf('touch /tmp/go'))
    expect(await ran(again, step)).toEqual({ output: 'one\ntwo\n', outcome: exited(7) })
    await other.executor.close()
    await job.dispose()
  })

  test('a data directory leaves what belongs to another one alone', async () => {
    const spec = specOf()
    const job = await docker.executor.prepare(spec, never)
    const stranger = await dockerIn(engine)
    expect(await stranger.executor.list()).toEqual([])
    expect(await stranger.executor.attach(spec.id)).toBeNull()
    await stranger.close()
    expect((await ran(job, stepOf('echo still here'))).output).toBe('still here\n')
    await job.dispose()
  })

  test('signals reach what left its parents, what emptied its environment and what became root', async () => {
    const repo = 'sluice-test/setuid:1'
    const command = 'cp /bin/sleep /bin/root-sleep && chmod u+s /bin/root-sleep'
    await inImage(engine.engine, images.user, command, { repo, changes: ['USER circleci'] })
    const job = await open(inImages(image(repo)))
    const script =
      '(setsid sleep 1234 &); env -i sleep 1235 & root-sleep 1236 & echo up; sleep 1237'
    const step = stepOf(script)
    const run = job.run(step, { from: 0, signal: never })
    await run.next()
    const count =
      'cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" " " | grep -o "sleep 123[4-7]" | sort -u | wc -l'
    expect((await ran(job, stepOf(count))).output.trim()).toBe('4')
    await job.signal(step.id, 'SIGKILL')
    expect(await run.next()).toEqual({ done: true, value: exited(137) })
    expect((await ran(job, stepOf(count))).output.trim()).toBe('0')
    await job.dispose()
  })

  test('a primary container that was killed is lost, and what is left of it is swept', async () => {
    const spec = specOf(
      inImages(image(images.debian), image(images.debian, { command: ['sleep', '1000'] })),
    )
    const job = await docker.executor.prepare(spec, never)
    const run = job.run(stepOf('echo up; sleep 60'), { from: 0, signal: never })
    await run.next()
    const [primary] = (await containers()).filter(
      (one) => textAt(one, 'Labels', 'sluice.role') === 'primary',
    )
    await engine.engine.call('POST', `/containers/${textAt(primary, 'Id')}/kill`)
    expect(await run.next()).toEqual({
      done: true,
      value: { kind: 'lost', because: expect.stringContaining('killed') },
    })
    expect(await docker.executor.list()).toContain(spec.id)
    expect(await docker.executor.attach(spec.id)).toBeNull()
    expect(await containers()).toEqual([])
  })

  test('services end with the primary container, though nobody is left who would end them', async () => {
    await inImage(engine.engine, images.debian, 'ln -sf /bin/sleep /sbin/init', {
      repo: 'sluice-test/init:1',
      changes: [],
    })
    const job = await open(
      inImages(
        image(images.debian),
        image(images.debian, { command: ['sh', '-c', 'trap "" TERM; while :; do sleep 1; done'] }),
        image('sluice-test/init:1', { entrypoint: ['/sbin/init'], command: ['1000'] }),
      ),
    )
    const running = async () =>
      listAt(await engine.engine.call('GET', '/containers/json')).map(
        (one) => textAt(one, 'Labels', 'sluice.role') ?? '',
      )
    expect((await running()).toSorted()).toEqual(['primary', 'service-1', 'service-2'])
    const [primary] = (await containers()).filter(
      (one) => textAt(one, 'Labels', 'sluice.role') === 'primary',
    )
    await engine.engine.call('POST', `/containers/${textAt(primary, 'Id')}/kill`)
    // What insists on being process 1 has processes of its own, and waits for the sweep.
    await expect.poll(running).toEqual(['service-2'])
    await job.dispose()
  })

  test('whether a file is there is told without a process in the container', async () => {
    const job = await open(inImages(image(images.user)))
    await ran(job, stepOf('touch ~/here; ln -s /nowhere ~/link; chmod 700 ~'))
    expect(await job.exists?.('~/here')).toBe(true)
    expect(await job.exists?.('~/link')).toBe(true)
    expect(await job.exists?.('~/here/below')).toBe(false)
    expect(await job.exists?.('~/a strange/na&me')).toBe(false)
    await job.dispose()
  })

  test('the network goes with the executor, unless jobs still run in it', async () => {
    const one = await dockerIn(engine)
    const ours = async (owner: string) =>
      listAt(await engine.engine.call('GET', '/networks')).filter(
        (network) => textAt(network, 'Labels', 'sluice.data') === owner,
      ).length
    const spec = specOf()
    const job = await one.executor.prepare(spec, never)
    const owner = (await readFile(join(one.dataDir, 'docker-owner'), 'utf8')).trim()
    await one.executor.close()
    expect(await ours(owner)).toBe(1)
    await job.dispose()
    await one.executor.close()
    expect(await ours(owner)).toBe(0)
    const again = await one.executor.prepare(spec, never)
    expect((await ran(again, stepOf('echo on'))).output).toBe('on\n')
    await one.close()
    expect(await ours(owner)).toBe(0)
  })

  test('a job can have an engine of its own, which ends with it and leaves nothing', async () => {
    await importEngine(engine.engine)
    const spec = { ...inImages(image(images.user)), resourceClass: 'small' }
    const job = await open(spec)
    const start = () => job.engine?.start({ tell: (line) => told.push(line), signal: never })
    await start()
    expect(told.at(-1)).toContain('takes commands at tcp://127.0.0.1:2375')
    const get = (path: string) =>
      `to=\${DOCKER_HOST#tcp://}; exec 3<>/dev/tcp/\${to%:*}/\${to#*:}; printf 'GET ${path} HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3`
    const env = job.engine?.variables ?? {}
    const seen = await ran(job, stepOf(get('/info'), { env, shell: ['/bin/bash', '-e'] }))
    expect(seen.output).toContain('"Containers":0,')
    expect(seen.output).toContain('"Driver":"vfs"')
    const again = await docker.executor.attach(job.id)
    await again?.engine?.start({ tell: () => undefined, signal: never })
    const [aside] = (await containers()).filter(
      (one) => textAt(one, 'Labels', 'sluice.role') === 'engine',
    )
    const about = await engine.engine.call('GET', `/containers/${textAt(aside, 'Id')}/json`)
    expect(numberAt(about, 'HostConfig', 'Memory')).toBe(2 * 1024 ** 3)
    const before = listAt(await engine.engine.call('GET', '/volumes'), 'Volumes')
    expect(before).toHaveLength(1)
    await job.dispose()
    expect(await containers()).toEqual([])
    expect(listAt(await engine.engine.call('GET', '/volumes'), 'Volumes')).toEqual([])
  })

  test('an engine of its own that does not start is the job’s failure, with what it said', async () => {
    const repo = 'sluice-test/no-engine:1'
    const script = '#!/bin/sh\\necho no such luck\\nexit 1\\n'
    const command = `printf '${script}' > /usr/bin/dockerd; chmod +x /usr/bin/dockerd`
    await inImage(engine.engine, images.debian, command, { repo, changes: [] })
    const broken = await dockerIn(engine, { engineImage: repo })
    const job = await broken.executor.prepare(specOf(), never)
    const start = job.engine?.start({ tell: () => undefined, signal: never })
    await expect(start).rejects.toThrow(EnvironmentRefused)
    await expect(start).rejects.toThrow('no such luck')
    await broken.close()
    expect(await containers()).toEqual([])
  })

  test('an environment whose making was cut off is swept, and not taken for one', async () => {
    const spec = specOf()
    const job = await docker.executor.prepare(spec, never)
    const [one] = await containers()
    const name = (textAt(listAt(one, 'Names'), '0') ?? '').slice(1)
    await engine.engine.call('POST', `/containers/${name}/rename?name=${name}-making`)
    expect(await docker.executor.list()).toContain(spec.id)
    expect(await docker.executor.attach(spec.id)).toBeNull()
    expect(await containers()).toEqual([])
    await job.dispose()
  })

  test('a hostile archive reaches nothing outside, also through links that the job has laid', async () => {
    const job = await open(inImages(image(images.user)))
    await ran(job, stepOf('mkdir -p ~/in; ln -s /etc ~/in/etc'))
    await expect(job.putTar('~/in', tarOf({ 'etc/passwd': 'x' }))).rejects.toThrow('etc/passwd')
    expect((await ran(job, stepOf('grep -c root /etc/passwd'))).output.trim()).not.toBe('0')
    await job.dispose()
  })

  test('files keep odd names, and paths that are not there are told', async () => {
    const job = await open()
    const files = { '-rf': 'a', 'with space': 'b', 'new\nline': 'c', ünï: 'd' }
    await job.putTar('/tmp/odd', tarOf(files))
    expect(await untar(await job.getTar('/tmp/odd', ['.']))).toMatchObject({ './-rf': 'a' })
    const named = await untar(await job.getTar('/tmp/odd', Object.keys(files)))
    expect(Object.values(named).toSorted()).toEqual(['a', 'b', 'c', 'd'])
    await expect(untar(await job.getTar('/tmp/odd', ['missing']))).rejects.toThrow('missing')
    await job.dispose()
  })

  test('an image that lacks what files are fetched with says so, and gives no empty archive', async () => {
    const job = await open(inImages(image(images.debian)))
    await job.putTar('/tmp/in', tarOf({ a: 'from a tar' }))
    await ran(job, stepOf('rm "$(command -v head)"'))
    await expect(untar(await job.getTar('/tmp/in', ['a']))).rejects.toThrow('no command head')
    await job.dispose()
  })

  test.each([
    ['nobody has come for a long time', ['1000', '1'], keeperCodes.abandoned],
    ['the time is over', ['1', '1000'], keeperCodes.timeOver],
    ['the entrypoint ends', ['1000', '1', '/bin/true'], keeperCodes.entrypointEnded],
  ])('the primary container ends by itself when %s', async (_what, words, code) => {
    const body = {
      Image: images.debian,
      Entrypoint: ['/bin/sh', '-c', keeper, 'sluice-keeper'],
      Cmd: words,
    }
    const made = await engine.engine.call('POST', '/containers/create', { body })
    const path = `/containers/${textAt(made, 'Id')}`
    await engine.engine.call('POST', `${path}/start`)
    const end = await engine.engine.call('POST', `${path}/wait`)
    expect(numberAt(end, 'StatusCode')).toBe(code)
    await engine.engine.call('DELETE', path)
  })

  test('an engine may be elsewhere: over TCP all is the same, and cut connections lose nothing', async () => {
    const wire = await wireTo(engine.host.slice('unix://'.length))
    const remote = await dockerIn(engine, {
      dockerHost: { host: `tcp://127.0.0.1:${wire.port}`, certificates: null },
    })
    const job = await remote.executor.prepare(specOf(), never)
    await job.putTar('/tmp/in', tarOf({ a: 'from a tar' }))
    expect(await untar(await job.getTar('/tmp/in', ['a']))).toEqual({ a: 'from a tar' })
    const step = stepOf('for i in 1 2 3 4 5 6 7 8; do echo "line $i"; sleep 0.2; done; exit 5')
    const run = job.run(step, { from: 0, signal: never })
    let seen = ''
    for (let next = await run.next(); ; next = await run.next()) {
      if (next.done) {
        expect(next.value).toEqual(exited(5))
        break
      }
      seen += Buffer.from(next.value).toString()
      if (/line [36]\n$/.test(seen)) wire.cut()
    }
    expect(seen).toBe([1, 2, 3, 4, 5, 6, 7, 8].map((i) => `line ${i}\n`).join(''))
    expect(wire.cuts()).toBeGreaterThan(0)
    await job.dispose()
    await remote.close()
    await wire.close()
  })

  test('an engine behind TLS wants our key and shows its own; over that all is the same', async () => {
    await using door = await secureDoor(engine.host.slice('unix://'.length))
    const remote = await dockerIn(engine, {
      dockerHost: { host: `tcp://127.0.0.1:${door.port}`, certificates: door.keys },
    })
    const job = await remote.executor.prepare(specOf(), never)
    expect(await ran(job, stepOf('echo safe; exit 3'))).toMatchObject({
      output: 'safe\n',
      outcome: exited(3),
    })
    await job.putTar('/tmp/in', tarOf({ a: 'from a tar' }))
    expect(await untar(await job.getTar('/tmp/in', ['a']))).toEqual({ a: 'from a tar' })
    await job.dispose()
    await remote.close()
  })

  test.each([
    ['shows a key of somebody else', 'certificates', /certificate|self-signed/i],
    ['wants a key and gets none', null, /alert|certificate|reset|hang up|400/i],
  ])('an engine behind TLS that %s is told to the operator', async (_what, which, why) => {
    await using door = await secureDoor(engine.host.slice('unix://'.length))
    await using other = await secureDoor(engine.host.slice('unix://'.length))
    const certificates = which === null ? null : other.keys
    const host = `${certificates === null ? 'https' : 'tcp'}://127.0.0.1:${door.port}`
    const remote = await dockerIn(engine, { dockerHost: { host, certificates } })
    const { summary, warnings } = await remote.executor.health()
    expect(summary).toMatch(why)
    expect(warnings).toContain(summary)
    await rm(remote.dataDir, { recursive: true })
  })

  test('all jobs join one network, in which the engine keeps them apart', async () => {
    const jobs = await Promise.all([open(), open()])
    const found = listAt(await engine.engine.call('GET', '/containers/json'))
    const names = found.map((one) => textAt(one, 'HostConfig', 'NetworkMode'))
    expect(names).toHaveLength(2)
    expect(new Set(names).size).toBe(1)
    const network = await engine.engine.call('GET', `/networks/${names[0]}`)
    expect(textAt(network, 'Options', 'com.docker.network.bridge.enable_icc')).toBe('false')
    await Promise.all(jobs.map((job) => job.dispose()))
  })
})

/** A way to a socket over TLS, for who has the key in the folder `keys`. */
async function secureDoor(path: string) {
  const keys = await mkdtemp(join(tmpdir(), 'sluice-docker-keys-'))
  const { key, cert } = selfSigned()
  const files = { 'ca.pem': cert, 'cert.pem': cert, 'key.pem': key }
  for (const [name, pem] of Object.entries(files)) await writeFile(join(keys, name), pem)
  const open = new Set<Socket>()
  const trust = { key, cert, ca: cert, requestCert: true, rejectUnauthorized: true }
  const server = createSecureServer({ ...trust, allowHalfOpen: true }, (near) => {
    const far = connect({ path, allowHalfOpen: true })
    for (const socket of [near, far]) {
      open.add(socket)
      socket.on('error', () => socket.destroy()).once('close', () => open.delete(socket))
    }
    near.pipe(far).pipe(near)
  })
  // A connection whose handshake fails never becomes one of the above.
  server.on('connection', (socket: Socket) => open.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('it listens nowhere')
  return {
    port: address.port,
    keys,
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
      await rm(keys, { recursive: true })
    },
  }
}

/** A way to a socket over TCP that can be cut. */
async function wireTo(path: string) {
  const open = new Set<Socket>()
  let cuts = 0
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ path, allowHalfOpen: true })
    for (const socket of [near, far]) {
      open.add(socket)
      socket.once('close', () => open.delete(socket))
    }
    pipeline(near, far).catch(() => near.destroy())
    pipeline(far, near).catch(() => far.destroy())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    cut: () => {
      cuts += open.size
      for (const socket of open) socket.destroy()
    },
    cuts: () => cuts,
    close: async () => {
      for (const socket of open) socket.destroy()
      await once(server.close(), 'close')
    },
  }
}

async function untarBytes(tar: NodeJS.ReadableStream): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const chunk of tar) parts.push(chunk as Buffer)
  const all = Buffer.concat(parts)
  const size = Number.parseInt(all.subarray(124, 136).toString(), 8)
  return all.subarray(512, 512 + size)
}

describe('without an engine', () => {
  const nowhere = (host: string) =>
    dockerExecutor({
      dockerHost: { host, certificates: null },
      dataDir: `/tmp/never-made-${randomUUID()}`,
      machineImage: 'x',
      engineImage: 'x',
      network: null,
      log: silentLog,
    })

  test.each([
    ['unix:///nowhere/docker.sock', '/nowhere/docker.sock does not answer'],
    ['tcp://127.0.0.1:1', '127.0.0.1:1 does not answer'],
    ['ssh://somewhere', 'expected unix:///path'],
  ])('%s is told to the operator', async (host, why) => {
    const { summary, warnings } = await nowhere(host).health()
    expect(summary).toContain(why)
    expect(warnings).toEqual([summary])
  })

  test('an address may be a socket, a host and port, or ask for TLS', () => {
    const options = (host: string) => addressOf({ host, certificates: null }).options
    expect(options('unix:///run/docker.sock')).toMatchObject({ socketPath: '/run/docker.sock' })
    expect(options('tcp://docker:2375')).toMatchObject({ host: 'docker', port: 2375 })
    expect(options('tcp://[::1]:99')).toMatchObject({ host: '::1', port: 99 })
    expect(options('https://docker')).toMatchObject({ host: 'docker', port: 2376 })
  })
})
