import { execFile } from 'node:child_process'
import { chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const nobody = 65_534
const suites = [
  'test/contract/executor',
  'test/executors/local',
  'test/executors/spare',
  'test/executors/isolation',
].map((name) => `${name}.test.ts`)

/** Runs Node as somebody who owns nothing but a home. */
async function asNobody(...words: readonly string[]): Promise<{ failed: boolean; said: string }> {
  const home = await mkdtemp(join(tmpdir(), 'sluice-nobody-'))
  await chown(home, nobody, nobody)
  const env = { HOME: home, NO_COLOR: '1', PATH: process.env['PATH'] }
  const options = { uid: nobody, gid: nobody, cwd: root, env }
  const end = await new Promise<{ failed: boolean; said: string }>((done) => {
    execFile(process.execPath, words, options, (error, output, errors) =>
      done({ failed: error !== null, said: output + errors }),
    )
  })
  await rm(home, { recursive: true })
  return end
}

test('the local executor keeps its promises for an ordinary user, too', async (context) => {
  if (process.getuid?.() !== 0) context.skip('this test run is an ordinary user’s already')
  const source = join(root, 'src/executors/executors.ts')
  const readable = await asNobody('--eval', `await import(${JSON.stringify(source)})`)
  if (readable.failed) context.skip(`nobody cannot read this checkout: ${readable.said}`)
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const options = '--root . --config test/vitest.config.ts --configLoader runner --cache false'
  const { failed, said } = await asNobody(vitest, 'run', ...options.split(' '), ...suites)
  if (failed) throw new Error(said)
  expect(said).toContain('4 passed')
}, 180_000)
