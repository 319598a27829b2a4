import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fileBlobs } from '../../src/blobs/blobs.ts'
import type { JobBody } from '../../src/model/plan.ts'
import type { Step } from '../../src/model/step.ts'
import type { Trigger } from '../../src/model/trigger.ts'
import { NoRoom } from '../../src/ports/blobs.ts'
import { tarOf } from '../support/executors.ts'
import { forksRun } from '../support/forks-run.ts'
import { type JobChange, runStep, type Workplace, workplace } from '../support/workplace.ts'

let place: Workplace

beforeAll(async () => {
  place = await workplace()
  await place.start()
})
afterAll(() => place.close())

const where = { line: 1, column: 1, endLine: 1, endColumn: 2 }
const base = { when: 'on_success', where } as const
const save = (key: string, ...paths: readonly string[]): Step => ({
  ...base,
  type: 'save_cache',
  name: 'Saving Cache',
  key,
  paths,
})
const restore = (...keys: readonly string[]): Step => ({
  ...base,
  type: 'restore_cache',
  name: 'Restoring Cache',
  keys,
})

/** Runs a job to its end; logs are those of its own steps, in order. */
async function job(steps: readonly Step[], change: JobChange = {}) {
  const queued = await place.queue(steps, change)
  const outcome = await queued.outcome()
  const logs = await Promise.all(steps.map((_step, at) => queued.log(at + 1)))
  return { outcome, logs, log: logs.join('') }
}

const succeeded = { kind: 'success' }
let made = 0
/** A key that no other test uses. */
const fresh = (): string => `key${made++}-`

const fill = (path: string, content = 'hello') =>
  runStep(`mkdir -p "$(dirname ${path})"; echo ${content} > ${path}`)

describe('6.3 restore location', () => {
  test('files come back where they were: below home, absolute and in the working directory', async () => {
    const key = fresh()
    const saved = await job([
      fill('~/.npm/a'),
      fill('/tmp/deep/b'),
      fill('node_modules/.bin/c', 'run'),
      runStep(
        'chmod 750 node_modules/.bin/c; ln -s .bin/c node_modules/link; ln -s /etc node_modules/far',
      ),
      save(key, '~/.npm', '/tmp/deep', 'node_modules'),
    ])
    expect(saved.outcome).toEqual(succeeded)
    const look = runStep(
      'cat ~/.npm/a /tmp/deep/b node_modules/link; stat -c %a node_modules/.bin/c; readlink node_modules/far',
    )
    const { outcome, logs } = await job([restore(key), look])
    expect(outcome).toEqual(succeeded)
    expect(logs[1]).toBe('hello\nhello\nrun\n750\n/etc\n')
  })

  test('what is there already is overwritten, the rest stays', async () => {
    const key = fresh()
    await job([fill('dir/a', 'cached'), save(key, 'dir')])
    const { logs } = await job([
      fill('dir/a', 'older'),
      fill('dir/b', 'stays'),
      restore(key),
      runStep('cat dir/a dir/b'),
    ])
    expect(logs[3]).toBe('cached\nstays\n')
  })
})

describe('6.3 match', () => {
  test('a key is a prefix, the one saved last wins, and the log says so as CircleCI does', async () => {
    const key = fresh()
    await job([fill('f', 'exact'), save(`${key}a`, 'f')])
    await job([fill('f', 'newer'), save(`${key}a-new`, 'f')])
    const { outcome, logs } = await job([restore(`${key}none`, `${key}a`, key), runStep('cat f')])
    expect(outcome).toEqual(succeeded)
    expect(logs[0]).toMatch(
      new RegExp(
        `^No cache is found for key: ${key}none\nFound a cache from build \\d+ at ${key}a-new\nSize: .+\nCached paths:\n  \\* /.*/f\n`,
      ),
    )
    expect(logs[1]).toBe('newer\n')
  })

  test('a miss is no failure', async () => {
    const { outcome, logs } = await job([restore('nobody-', 'nothing-'), runStep('echo on')])
    expect(outcome).toEqual(succeeded)
    expect(logs).toEqual([
      'No cache is found for key: nobody-\nNo cache is found for key: nothing-\n',
      'on\n',
    ])
  })
})

test('6.3 immutable: a key that is taken is skipped with success', async () => {
  const key = fresh()
  const first = await job([fill('f', 'first'), save(key, 'f')])
  expect(first.logs[1]).toMatch(new RegExp(`Stored Cache to ${key}\n  \\* /.*/f\n$`))
  const second = await job([fill('f', 'second'), save(key, 'f'), save(key, 'f')])
  expect(second.outcome).toEqual(succeeded)
  for (const log of second.logs.slice(1))
    expect(log).toMatch(
      new RegExp(
        `^Skipping cache generation, cache already exists for key: ${key}\nFound one created at 20`,
      ),
    )
  expect((await job([restore(key), runStep('cat f')])).logs[1]).toBe('first\n')
})

test('6.3 immutable: a job that saves one key twice keeps the first', async () => {
  const key = fresh()
  const { logs } = await job([fill('f', '1'), save(key, 'f'), fill('f', '2'), save(key, 'f')])
  expect(logs[3]).toContain('Skipping cache generation')
  expect((await job([restore(key), runStep('cat f')])).logs[1]).toBe('1\n')
})

test('6.2 when: a cache is saved after a failure where it asks for that', async () => {
  const [usual, always] = [fresh(), fresh()]
  const { outcome } = await job([
    fill('f'),
    runStep('false'),
    save(usual, 'f'),
    { ...save(always, 'f'), when: 'always' },
  ])
  expect(outcome.kind).toBe('failed')
  const { logs } = await job([restore(usual), restore(always)])
  expect(logs.map((log) => log?.split(' ')[0])).toEqual(['No', 'Found'])
})

describe('6.3 scope', () => {
  const other = (change: Partial<Trigger['repository']>): Partial<Trigger> => ({
    repository: {
      id: 1,
      owner: 'a',
      name: 'b',
      defaultBranch: 'main',
      private: false,
      cloneUrl: 'https://github.com/a/b.git',
      webUrl: 'https://github.com/a/b',
      installationId: 1,
      ...change,
    },
  })
  const pullRequest = (head: number): Partial<Trigger> => ({
    ...other({ id: 11 }),
    event: {
      name: 'pull_request',
      action: 'opened',
      values: { 'pull_request.head.repo.id': head },
    },
  })
  const outcome = async (key: string, trigger: Partial<Trigger>) =>
    (await job([restore(key)], { trigger })).log.split(' ')[0]

  test('all branches of a repository share caches, other repositories see none of them', async () => {
    const key = fresh()
    await job([fill('f'), save(key, 'f')], { trigger: other({ id: 11 }) })
    const elsewhere = { ...other({ id: 11 }), ref: { kind: 'branch', name: 'x' } } as const
    expect(await outcome(key, elsewhere)).toBe('Found')
    expect(await outcome(key, other({ id: 12 }))).toBe('No')
  })

  test.runIf(forksRun)(
    'a pull request of a fork sees no cache of the repository and leaves it none',
    async () => {
      const key = fresh()
      await job([fill('f'), save(`${key}ours`, 'f')], { trigger: other({ id: 11 }) })
      expect(await outcome(key, pullRequest(99))).toBe('No')
      await job([fill('f'), save(`${key}poison`, 'f')], { trigger: pullRequest(99) })
      expect(await outcome(`${key}poison`, other({ id: 11 }))).toBe('No')
      expect(await outcome(`${key}poison`, pullRequest(98))).toBe('No')
      expect(await outcome(`${key}poison`, pullRequest(99))).toBe('Found')
      expect(await outcome(`${key}ours`, pullRequest(11))).toBe('Found')
    },
  )
})

describe('6.3 templates', () => {
  test('checksum is the base64 SHA-256 of a file in the working directory, or absolute', async () => {
    const key = fresh()
    const sum = createHash('sha256').update('abc').digest('base64')
    const { outcome, logs } = await job([
      runStep("printf 'abc' > lock; printf 'abc' > /tmp/lock"),
      save(`${key}{{ checksum "lock" }}-{{ checksum "/tmp/lock" }}`, 'lock'),
    ])
    expect(outcome).toEqual(succeeded)
    expect(logs[1]).toContain(`Stored Cache to ${key}${sum}-${sum}\n`)
  })

  test('a missing checksum file is an error of the step, on saving and restoring', async () => {
    for (const step of [save('{{ checksum "no" }}', 'f'), restore('{{ checksum "no" }}')])
      expect((await job([step])).outcome).toMatchObject({
        kind: 'failed',
        because: expect.stringContaining(
          'error computing cache key: checksum "no": there is no such file',
        ),
      })
  })

  test('values come from the pipeline, the variables of the job and the machine', async () => {
    const { log } = await job(
      [
        restore(
          '{{ .Branch }}|{{ .Revision }}|{{ .Environment.CIRCLE_JOB }}|{{ .Environment.MINE }}|{{ arch }}|{{ epoch }}',
        ),
      ],
      { environment: { MINE: 'm' } },
    )
    expect(log).toMatch(
      /^No cache is found for key: main\|[0-9a-f]{40}\|build\|m\|linux-(amd64-\d+_\d+|arm64.*)\|\d{10}\n$/,
    )
  })

  test('variables that a shell made are not known', async () => {
    const { log } = await job([
      runStep('echo export MADE=1 >> "$BASH_ENV"'),
      restore('v{{ .Environment.MADE }}'),
    ])
    expect(log).toContain('No cache is found for key: v<no value>')
  })
})

describe('6.3 missing path on save', () => {
  test('what is missing is skipped with a warning', async () => {
    const key = fresh()
    const { outcome, logs } = await job([fill('a'), save(key, 'a', 'missing', '~/gone')])
    expect(outcome).toEqual(succeeded)
    expect(logs[1]).toMatch(/Warning: skipping this path; there is no \/.*\/missing\n/)
    expect(logs[1]).toContain('Stored Cache')
    expect((await job([restore(key), runStep('cat a')])).outcome).toEqual(succeeded)
  })

  test('if nothing exists, nothing is saved', async () => {
    const key = fresh()
    const { outcome, log } = await job([save(key, 'missing', '*')])
    expect(outcome).toEqual(succeeded)
    expect(log).toContain('None of the paths exists: nothing was saved')
    expect((await job([restore(key)])).log).toContain('No cache is found')
  })
})

test('6.3 retention: as long as the job says, else fifteen days', async () => {
  const [short, usual] = [fresh(), fresh()]
  const days = async (key: string) => {
    const [row] = await place.database.query<{ days: string }>(
      `select round(extract(epoch from kept_until - now()) / 86400) as days from cache where key = $1`,
      [key],
    )
    return Number(row?.days)
  }
  const body: Partial<JobBody> = { cacheRetentionDays: 3 }
  await job([fill('f'), save(short, 'f')], body)
  await job([fill('f'), save(usual, 'f')])
  expect([await days(short), await days(usual)]).toEqual([3, 15])
})

describe('6.3 failure to download or upload never fails the job', () => {
  const elsewhere = async (change: Parameters<typeof place.start>[0], steps: readonly Step[]) => {
    const own = await workplace(change)
    try {
      await own.start()
      const queued = await own.queue(steps)
      const outcome = await queued.outcome()
      return { outcome, log: await queued.log(steps.length) }
    } finally {
      await own.close()
    }
  }
  const blobs = {
    put: () => Promise.reject(new NoRoom('the storage of this server is full')),
    get: () => Promise.reject(new Error('the disk broke')),
  }

  test('a full store is a notice', async () => {
    const { outcome, log } = await elsewhere({ blobs }, [fill('f'), save('k', 'f')])
    expect(outcome).toEqual(succeeded)
    expect(log).toContain('Warning: the cache was not saved: the storage of this server is full')
  })

  test('so is a cache that cannot be read', async () => {
    const key = fresh()
    await job([fill('f'), save(key, 'f')])
    const found = await place.database.store.caches.find({ repositoryId: 1, fork: '' }, key)
    expect(found).toBeNull()
    const caches = {
      save: async () => true,
      exact: async () => null,
      find: async () => ({
        key: 'k',
        build: '1',
        savedAt: 0,
        step: 0,
        taskId: (await place.queue([])).taskId,
        parts: [{ base: 'home' as const, blob: 'x', size: 1, paths: ['f'] }],
      }),
    }
    const { outcome, log } = await elsewhere({ blobs, caches }, [restore('k')])
    expect(outcome).toEqual(succeeded)
    expect(log).toContain('Warning: no cache was restored: the disk broke')
  })

  test.each([
    ['climbs out', { '../../../../tmp/evil': 'x' }, /leads out of the directory/],
    ['is absolute', { '/tmp/evil': 'x' }, /leads out of the directory/],
    [
      'writes through a link',
      { link: { type: 'SymbolicLink', linkpath: '/tmp' }, 'link/evil': 'x' },
      /goes through the link/,
    ],
    ['holds a device', { dev: { type: 'CharacterDevice' } }, /is a CharacterDevice/],
    ['links out', { hard: { type: 'Link', linkpath: '/etc/passwd' } }, /out of the directory/],
  ] as const)(
    'an archive that %s is refused, and nothing of it is there',
    async (_what, files, why) => {
      const key = fresh()
      const store = fileBlobs(`${place.dataDir}/blobs`)
      const { blob, size } = await store.put(tarOf(files))
      await job([fill('f'), save(key, 'f')])
      await place.database.query(`update cache set doc = $2 where key = $1`, [
        key,
        JSON.stringify({ key, build: '1', parts: [{ base: 'home', blob, size, paths: ['x'] }] }),
      ])
      const { outcome, logs } = await job([
        restore(key),
        runStep('ls /tmp/evil ~/evil ~/dev ~/hard ~/link/evil 2>/dev/null || echo none'),
      ])
      expect(outcome).toEqual(succeeded)
      expect(logs[0]).toMatch(why)
      expect(logs[1]).toBe('none\n')
    },
  )
})
