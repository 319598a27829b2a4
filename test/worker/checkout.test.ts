import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { type StandIn, startStandIn } from '../../src/demo/stand-in/stand-in.ts'
import { WorkingCopy } from '../../src/demo/working-copy.ts'
import { createGitHubPort } from '../../src/github/app.ts'
import { commitSha } from '../../src/model/ids.ts'
import type { Step } from '../../src/model/step.ts'
import type { Ref, Trigger } from '../../src/model/trigger.ts'
import { type CloneAccess, GitHubUnavailable } from '../../src/ports/github.ts'
import { repository, trigger } from '../support/builders.ts'
import { localIn, pathWithout } from '../support/executors.ts'
import { fakeReach } from '../support/fake-reach.ts'
import { silentLog } from '../support/log.ts'
import {
  checkoutStep,
  type JobChange,
  persistStep,
  runStep,
  type Workplace,
  workplace,
} from '../support/workplace.ts'

const main: Ref = { kind: 'branch', name: 'main' }

let directory: string
let standIn: StandIn
let copy: WorkingCopy
let place: Workplace
let access: () => Promise<CloneAccess>
let stored: Trigger['repository']
const shas: string[] = []

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-checkout-'))
  standIn = await startStandIn({ directory })
  const ann = standIn.addPerson({ login: 'ann', role: 'admin' })
  const { id } = await standIn.createRepository({ owner: 'acme', name: 'shop' })
  copy = await WorkingCopy.make(standIn.remote('acme/shop', ann))
  for (const text of ['one', 'two', 'three']) shas.push(await copy.commit({ 'file.txt': text }))
  await copy.push('HEAD:main', 'HEAD~1:refs/tags/v1')
  const installationId = standIn.installations[0]?.id ?? 0
  stored = { ...repository, id, owner: 'acme', name: 'shop', private: true, installationId }
  const port = createGitHubPort(
    {
      appId: standIn.app.appId,
      privateKey: standIn.app.privateKey,
      webhookSecret: null,
      gheHost: standIn.host,
      gheProtocol: 'http',
      log: silentLog,
      requestTimeoutMs: 10_000,
    },
    systemClock,
    fakeReach,
  )
  access = () => port.cloneAccess(stored)
  place = await workplace({ github: { cloneAccess: () => access() } })
  await place.start()
})
afterAll(async () => {
  await place.close()
  await copy.remove()
  await standIn.close()
  await rm(directory, { recursive: true, force: true })
})

const shaAt = (index: number): string => shas[index] ?? ''

async function run(steps: readonly Step[], ref = main, sha = shaAt(2), change: JobChange = {}) {
  const origin = trigger(ref, commitSha(sha))
  const queued = await place.queue(steps, {
    ...change,
    trigger: { ...origin, repository: stored },
  })
  const outcome = await queued.outcome()
  const logs = await Promise.all(steps.map((_step, index) => queued.log(index + 1)))
  return { outcome, logs, all: logs.join('') }
}

const look = runStep('git symbolic-ref -q HEAD || echo detached; git rev-parse HEAD; cat file.txt')

describe.each(['blobless', 'full', 'shallow'] as const)('a %s checkout', (method) => {
  test('brings the commit on its branch, with the remote', async () => {
    const remote = runStep('git remote get-url origin; git status --porcelain')
    const { outcome, logs } = await run([checkoutStep({ method }), look, remote])
    expect(outcome).toEqual({ kind: 'success' })
    expect(logs[1]).toBe(`refs/heads/main\n${shaAt(2)}\nthree`)
    expect(logs[2]).toBe(`${standIn.url}/acme/shop.git\n`)
  })

  test('brings exactly the commit, not the newest of the branch', async () => {
    const { logs } = await run([checkoutStep({ method }), look], main, shaAt(0))
    expect(logs[1]).toBe(`refs/heads/main\n${shaAt(0)}\none`)
  })

  test('of a tag is on no branch', async () => {
    const { logs } = await run(
      [checkoutStep({ method }), look],
      { kind: 'tag', name: 'v1' },
      shaAt(1),
    )
    expect(logs[1]).toBe(`detached\n${shaAt(1)}\ntwo`)
  })
})

test('the history is there, or as much of it as was asked for', async () => {
  const count = runStep('git rev-list --count HEAD')
  expect((await run([checkoutStep(), count])).logs[1]).toBe('3\n')
  const two = checkoutStep({ method: 'shallow', depth: 2 })
  expect((await run([two, count])).logs[1]).toBe('2\n')
})

test('old files are left out only where later steps could fetch them', async () => {
  const filter = runStep(
    'git config remote.origin.partialclonefilter || echo whole; git show HEAD~1:file.txt',
  )
  expect((await run([checkoutStep(), filter])).logs[1]).toBe('whole\ntwo')
  const hidden = stored
  stored = { ...hidden, private: false }
  expect((await run([checkoutStep(), filter])).logs[1]).toMatch(/^blob:none\n/)
  stored = hidden
})

test('a commit that was pushed away is still found', async () => {
  await copy.git('checkout', '--quiet', '--detach', shaAt(0))
  const gone = await copy.commit({ 'file.txt': 'gone' })
  await copy.push('HEAD:refs/heads/topic')
  await copy.push('+HEAD~1:refs/heads/topic')
  const { outcome, logs } = await run(
    [checkoutStep(), look],
    { kind: 'branch', name: 'topic' },
    gone,
  )
  expect(outcome).toEqual({ kind: 'success' })
  expect(logs[1]).toBe(`refs/heads/topic\n${gone}\ngone`)
})

test('a commit that never was fails with its name', async () => {
  const { outcome, all } = await run([checkoutStep()], main, 'ab'.repeat(20))
  expect(outcome).toMatchObject({ kind: 'failed', step: 'Checkout code' })
  expect(all).toContain(`the commit ${'ab'.repeat(20)} could not be fetched`)
})

test('a branch may be named to hurt, and does not', async () => {
  const name = `it's/$(touch\${IFS}/tmp/hurt)"&;é`
  const probe = runStep('git symbolic-ref HEAD; ls /tmp/hurt 2>/dev/null || echo unhurt')
  const { outcome, logs } = await run([checkoutStep(), probe], { kind: 'branch', name })
  expect(outcome).toEqual({ kind: 'success' })
  expect(logs[1]).toBe(`refs/heads/${name}\nunhurt\n`)
})

test('the token is nowhere: no log, no file, no variable of later steps', async () => {
  const { token } = await access()
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64')
  const search = runStep(
    `env; cat .git/config; grep -rlE '${token.slice(0, 20)}|${basic.slice(20, 44)}' ~ /tmp "$(dirname "$BASH_ENV")" --exclude-dir=scripts || echo nowhere`,
  )
  const { all, logs } = await run([checkoutStep(), search])
  expect(logs[1]).toContain('nowhere')
  expect(all).not.toContain(basic)
})

test('a private repository cannot be fetched without it', async () => {
  const again = runStep('git -c credential.helper= fetch origin main')
  const { outcome } = await run([checkoutStep(), again], main, shaAt(2), {
    environment: { GIT_TERMINAL_PROMPT: '0' },
  })
  expect(outcome).toMatchObject({ kind: 'failed', exitCode: 128 })
})

test('a repository that is there is brought up to date', async () => {
  const old = [
    checkoutStep({ path: 'here' }),
    runStep('cd here; git reset -q --hard HEAD~2; echo x > file.txt'),
  ]
  const { logs } = await run([...old, checkoutStep({ path: 'here' }), runStep('cat here/file.txt')])
  expect(logs[3]).toBe('three')
})

test('a directory with anything else in it is left alone', async () => {
  const { outcome, all } = await run([runStep('echo mine > file.txt'), checkoutStep(), look])
  expect(outcome).toMatchObject({ kind: 'failed', step: 'Checkout code' })
  expect(all).toContain('is not empty and is not a git repository')
})

test('garbage is never collected, and what a step adds to HEAD can be pushed on its branch', async () => {
  const { logs } = await run([
    checkoutStep(),
    runStep('git config gc.auto; git branch --show-current'),
  ])
  expect(logs[1]).toBe('0\nmain\n')
})

test.each(['/tmp/elsewhere', '~/elsewhere', 'inner/elsewhere'])(
  'goes to the path %s',
  async (path) => {
    const { outcome, logs } = await run([
      checkoutStep({ path }),
      runStep('cat file.txt; ls -A ~/project', { workingDirectory: path }),
    ])
    expect(outcome).toEqual({ kind: 'success' })
    expect(logs[1]).toBe(path.startsWith('inner') ? 'threeinner\n' : 'three')
  },
)

test('a commit that was pushed away is found by a shallow checkout, too', async () => {
  await copy.git('checkout', '--quiet', '--detach', shaAt(0))
  const gone = await copy.commit({ 'file.txt': 'far gone' })
  await copy.push('HEAD:refs/heads/far')
  await copy.push('+HEAD~1:refs/heads/far')
  const ref = { kind: 'branch', name: 'far' } as const
  const { logs } = await run([checkoutStep({ method: 'shallow', depth: 1 }), look], ref, gone)
  expect(logs[1]).toBe(`refs/heads/far\n${gone}\nfar gone`)
})

test('submodules are left as they are: named, and empty', async () => {
  await copy.git('checkout', '--quiet', '--detach', shaAt(0))
  await copy.commit({ '.gitmodules': '[submodule "sub"]\n\tpath = sub\n\turl = ../shop.git\n' })
  await copy.git('update-index', '--add', '--cacheinfo', `160000,${shaAt(1)},sub`)
  await copy.git('commit', '--quiet', '-m', 'A submodule')
  const sha = (await copy.git('rev-parse', 'HEAD')).trim()
  await copy.push('HEAD:refs/heads/with-submodule')
  const ref = { kind: 'branch', name: 'with-submodule' } as const
  const status = runStep('git submodule status; ls -A sub; git status --porcelain')
  const { outcome, logs } = await run([checkoutStep(), status], ref, sha)
  expect(outcome).toEqual({ kind: 'success' })
  expect(logs[1]).toBe(`-${shaAt(1)} sub\n`)
})

test('a git that cannot leave files out, or loses them, fetches everything', async () => {
  const hidden = stored
  stored = { ...hidden, private: false }
  const path = await pathWithout('git')
  const git = (await promisify(execFile)('sh', ['-c', 'command -v git'])).stdout.trim()
  const pretend = `#!/bin/sh\ncase "$1" in --version) echo "git version 2.41.0" ;; *) exec ${git} "$@" ;; esac\n`
  await writeFile(join(path, 'git'), pretend, { mode: 0o755 })
  const local = await localIn({ path })
  const old = await workplace({ executor: local.executor, github: { cloneAccess: () => access() } })
  await old.start()
  const queued = await old.queue(
    [
      checkoutStep(),
      runStep('git config remote.origin.partialclonefilter || echo whole; cat file.txt'),
    ],
    { trigger: { ...trigger(main, commitSha(shaAt(2))), repository: stored } },
  )
  stored = hidden
  expect(await queued.outcome()).toEqual({ kind: 'success' })
  expect(await queued.log(1)).toContain('with git version 2.41.0')
  expect(await queued.log(2)).toBe('whole\nthree')
  await old.close()
  await local.close()
  await rm(path, { recursive: true })
})

test('the token is in no process list while git runs', async () => {
  const { token } = await access()
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64')
  // A process that ends while it is looked at must not end the watch.
  const glance = `{ cat /proc/[0-9]*/cmdline 2>/dev/null || true; } | tr '\\0' ' '`
  const watch = `while [ ! -e ~/enough ]; do ${glance}; done >> ~/seen`
  const { outcome, logs } = await run([
    runStep(watch, { background: true }),
    ...['one', 'two', 'three', 'four'].map((path) => checkoutStep({ path })),
    runStep(
      `touch ~/enough; grep -c "git" ~/seen; grep -cE '${token}|${basic.slice(0, 40)}' ~/seen || true`,
    ),
  ])
  expect(outcome).toEqual({ kind: 'success' })
  expect(logs[5]).toMatch(/^[1-9]\d*\n0\n$/)
})

test('GitHub’s short absences are waited for', async () => {
  const usual = access
  let tries = 0
  access = async () => {
    tries++
    if (tries < 3) throw new GitHubUnavailable('away', 10)
    return usual()
  }
  const { outcome } = await run([checkoutStep()])
  access = usual
  expect([outcome, tries]).toEqual([{ kind: 'success' }, 3])
})

test('without git it says so', async () => {
  const path = await pathWithout('git')
  const local = await localIn({ path })
  const gitless = await workplace({ executor: local.executor, github: { cloneAccess: access } })
  await gitless.start()
  const queued = await gitless.queue([checkoutStep(), persistStep('.', '*')])
  expect(await queued.outcome()).toMatchObject({ kind: 'failed', exitCode: 127 })
  expect(await queued.log(1)).toContain('git is not installed where the job runs')
  await gitless.close()
  await local.close()
  await rm(path, { recursive: true })
})
