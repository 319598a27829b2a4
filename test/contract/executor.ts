import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EnvironmentHandle, Executor } from '../../src/ports/executor.ts'
import { EnvironmentLost } from '../../src/ports/executor.ts'
import { exited, never, ran, specOf, stepOf, tarOf, untar } from '../support/executors.ts'

/** How the executor under test is told to do the few things that the contract is about. */
export interface Dialect {
  print(text: string): string
  exit(code: number): string
  sleep(ms: number): string
  write(path: string, text: string): string
  read(path: string): string
}

export const shellDialect: Dialect = {
  print: (text) => `printf '%s\\n' '${text}'`,
  exit: (code) => `exit ${code}`,
  sleep: (ms) => `sleep ${ms / 1000}`,
  write: (path, text) => `mkdir -p "$(dirname '${path}')"; printf '%s' '${text}' > '${path}'`,
  read: (path) => `cat '${path}'; echo`,
}

export const fakeDialect: Dialect = {
  print: (text) => `print ${text}`,
  exit: (code) => `exit ${code}`,
  sleep: (ms) => `sleep ${ms}`,
  write: (path, text) => `write ${path} ${text}`,
  read: (path) => `read ${path}`,
}

interface Opened {
  readonly executor: Executor
  close(): Promise<void>
}

/** Every promise of `ports/executor.ts`. */
export function executorContract(name: string, open: () => Promise<Opened>, say: Dialect): void {
  describe(`the ${name} executor`, () => {
    let opened: Opened
    const place = `/tmp/contract-${randomUUID()}`
    const environment = (change = {}): Promise<EnvironmentHandle> =>
      opened.executor.prepare(specOf(change), never)
    const lines = (...all: string[]): string => all.join('\n')

    beforeAll(async () => {
      opened = await open()
    })
    afterAll(async () => {
      await opened.close()
      // Where /tmp is shared, jobs have left it here.
      await rm(place, { recursive: true, force: true })
    })

    test('says in one line how jobs are kept apart', async () => {
      const health = await opened.executor.health()
      expect(health.summary).toMatch(/^.+$/)
    })

    describe('a step', () => {
      test('yields its output and returns its exit code', async () => {
        const job = await environment()
        const script = lines(say.print('one'), say.print('two'), say.exit(3))
        expect(await ran(job, stepOf(script))).toEqual({
          output: 'one\ntwo\n',
          outcome: exited(3),
        })
        await job.dispose()
      })

      test('runs once, however often it is asked for', async () => {
        const job = await environment()
        const step = stepOf(say.print('once'))
        await Promise.all([job.begin(step), job.begin(step)])
        const all = await Promise.all([ran(job, step), ran(job, step)])
        expect(all.map((one) => one.output)).toEqual(['once\n', 'once\n'])
        await job.dispose()
      })

      test('is followed from any byte on', async () => {
        const job = await environment()
        const step = stepOf(say.print('0123456789'))
        await ran(job, step)
        expect((await ran(job, step, 6)).output).toBe('6789\n')
        expect((await ran(job, step, 11)).output).toBe('')
        await job.dispose()
      })

      test('goes on when nobody follows it any more', async () => {
        const job = await environment()
        const step = stepOf(lines(say.print('before'), say.sleep(200), say.print('after')))
        const enough = new AbortController()
        const run = job.run(step, { from: 0, signal: enough.signal })
        await run.next()
        enough.abort(new Error('enough'))
        await expect(run.next()).rejects.toThrow('enough')
        expect(await ran(job, step)).toEqual({ output: 'before\nafter\n', outcome: exited(0) })
        await job.dispose()
      })

      test('that was begun in the background ends by itself', async () => {
        const job = await environment()
        const step = stepOf(lines(say.print('behind'), say.exit(4)))
        await job.begin(step)
        expect(await ran(job, step)).toEqual({ output: 'behind\n', outcome: exited(4) })
        await job.dispose()
      })

      test.each([
        ['SIGINT', 130],
        ['SIGTERM', 143],
        ['SIGKILL', 137],
      ] as const)('ends on %s with 128 and the number of the signal', async (signal, code) => {
        const job = await environment()
        const step = stepOf(lines(say.print('up'), say.sleep(60_000)))
        const run = job.run(step, { from: 0, signal: never })
        await run.next()
        await job.signal(step.id, signal)
        expect(await run.next()).toEqual({ done: true, value: exited(code) })
        await job.dispose()
      })

      test('that has ended, or never began, is not disturbed by signals', async () => {
        const job = await environment()
        const step = stepOf(say.exit(0))
        await ran(job, step)
        await job.signal(step.id, 'SIGKILL')
        await job.signal('never-begun', 'SIGKILL')
        expect((await ran(job, step)).outcome).toEqual(exited(0))
        await job.dispose()
      })
    })

    describe('paths', () => {
      test('mean the job’s home, its working directory, or what they say', async () => {
        const job = await environment({ workingDirectory: '~/work' })
        const home = job.env['HOME']
        expect(job.resolve('~')).toBe(home)
        expect(job.resolve('~/a/../b')).toBe(`${home}/b`)
        expect(job.resolve('c')).toBe(`${home}/work/c`)
        expect(job.resolve('/tmp/workspace')).toBe('/tmp/workspace')
        await job.dispose()
      })

      test('are the same for steps, for archives and for lists', async () => {
        const job = await environment()
        await ran(job, stepOf(say.write(`${place}/in/a.txt`, 'from a step')))
        await job.putTar(place, tarOf({ 'in/b.txt': 'from a tar' }))
        expect((await ran(job, stepOf(say.read(`${place}/in/b.txt`)))).output).toBe('from a tar\n')
        expect(await untar(await job.getTar(place, ['in']))).toEqual({
          'in/a.txt': 'from a step',
          'in/b.txt': 'from a tar',
        })
        expect(await job.listFiles(place)).toEqual(
          expect.arrayContaining([
            { path: 'in', directory: true },
            { path: 'in/a.txt', directory: false },
            { path: 'in/b.txt', directory: false },
          ]),
        )
        await job.dispose()
      })

      test('are not shared between jobs, not even /tmp', async (context) => {
        const { isolation } = await opened.executor.health()
        if (opened.executor.kind === 'local' && ['uid', 'none'].includes(isolation)) {
          context.skip(`jobs share /tmp where their isolation is ${isolation}`)
        }
        const [one, other] = await Promise.all([environment(), environment()])
        await ran(one, stepOf(say.write(`${place}/left-behind`, 'secret')))
        const seen = await ran(other, stepOf(say.read(`${place}/left-behind`)))
        expect(seen.output).not.toContain('secret')
        await Promise.all([one.dispose(), other.dispose()])
      })

      test('below the home and TMPDIR can be asked for, where that costs nothing', async (context) => {
        const job = await environment()
        const exists = job.exists?.bind(job)
        if (!exists) {
          context.skip(`the ${name} executor answers with a list`)
          return
        }
        for (const base of [job.env['HOME'] ?? '~', job.env['TMPDIR'] ?? '/tmp']) {
          const file = `${base}/asked-${randomUUID()}/a.txt`
          expect(await exists(file)).toBe(false)
          await ran(job, stepOf(say.write(file, 'text')))
          expect(await exists(file)).toBe(true)
          expect(await exists(`${file}/below-a-file`)).toBe(false)
        }
        await job.dispose()
      })

      test('that are no directory cannot be listed', async () => {
        const job = await environment()
        await expect(job.listFiles(`${place}/not-there`)).rejects.toThrow('not-there')
        await job.dispose()
      })
    })

    describe('a hostile archive', () => {
      const link = { type: 'SymbolicLink', linkpath: '/tmp' } as const
      test.each([
        ['an absolute path', () => tarOf({ '/tmp/evil': 'x' }), 'leads out'],
        ['a path with ..', () => tarOf({ 'a/../../evil': 'x' }), 'leads out'],
        ['a path through a link', () => tarOf({ out: link, 'out/evil': 'x' }), 'through the link'],
        [
          'a hard link to outside',
          () => tarOf({ evil: { type: 'Link', linkpath: '../../etc/passwd' } }),
          'out of the directory',
        ],
        ['a device', () => tarOf({ evil: { type: 'CharacterDevice' } }), 'CharacterDevice'],
        ['a pipe', () => tarOf({ evil: { type: 'FIFO' } }), 'FIFO'],
      ])('with %s is refused', async (_what, tar, why) => {
        const job = await environment()
        await expect(job.putTar(`${place}/in`, tar())).rejects.toThrow(why)
        await job.dispose()
      })
    })

    describe('an environment', () => {
      test('is found again by its id, and is one however often it is prepared', async () => {
        const spec = specOf()
        const job = await opened.executor.prepare(spec, never)
        await ran(job, stepOf(say.write(`${place}-${spec.id}/kept`, 'kept')))
        const again = await opened.executor.prepare(spec, never)
        const attached = await opened.executor.attach(spec.id)
        expect(await opened.executor.list()).toContain(spec.id)
        expect((await ran(again, stepOf(say.read(`${place}-${spec.id}/kept`)))).output).toBe(
          'kept\n',
        )
        expect(attached?.resolve('.')).toBe(job.resolve('.'))
        await job.dispose()
      })

      test('is gone after dispose, which may be called twice', async () => {
        const spec = specOf()
        const job = await opened.executor.prepare(spec, never)
        await job.dispose()
        await job.dispose()
        expect(await opened.executor.attach(spec.id)).toBeNull()
        expect(await opened.executor.list()).not.toContain(spec.id)
      })

      test('begins no step after dispose', async () => {
        const job = await environment()
        await job.dispose()
        await expect(job.begin(stepOf(say.exit(0)))).rejects.toThrow('environment')
        expect(await opened.executor.list()).not.toContain(job.id)
      })

      test('takes its steps along: they are lost, not failed', async () => {
        const job = await environment()
        const run = job.run(stepOf(lines(say.print('up'), say.sleep(60_000))), {
          from: 0,
          signal: never,
        })
        await run.next()
        const end = run.next().catch((error: unknown) => error)
        await job.dispose()
        const lost = { done: true, value: { kind: 'lost', because: expect.any(String) } }
        expect(await end).toEqual(lost)
      })

      test('ends by itself when its time is over', async () => {
        const job = await environment({ lifetimeMs: 1000 })
        const end = await ran(job, stepOf(lines(say.print('up'), say.sleep(60_000))))
        expect(end.outcome).toEqual({
          kind: 'lost',
          because: 'the time of the environment was over',
        })
        await job.dispose()
      })

      test('is not prepared for somebody who has left', async () => {
        const left = AbortSignal.abort(new Error('left'))
        await expect(opened.executor.prepare(specOf(), left)).rejects.toThrow('left')
      })
    })

    test('has an error of its own for what is not the user’s fault', () => {
      expect(new EnvironmentLost('x').name).toBe('EnvironmentLost')
    })
  })
}
