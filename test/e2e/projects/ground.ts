import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import type { Run } from '../../../src/demo/stand-in/world.ts'
import type { System } from '../../support/system.ts'

/** Where the sample projects are pushed: a system with one of the executors. */
export interface Ground {
  readonly system: System
  /** The checks at a commit become these, and no others are there. */
  readonly becomes: (sha: string, checks: Readonly<Record<string, string>>) => Promise<void>
  /** These annotations reach a check: they are sent behind its conclusion. */
  annotates(sha: string, check: string, annotations: readonly Partial<Annotation>[]): Promise<void>
}

type Annotation = Run['annotations'][number]

/** Opens the ground before the tests of this block and closes it after them; GitHub must not object to anything. */
export function groundFor(open: () => Promise<System>): Ground {
  let system: System
  beforeAll(async () => {
    system = await open()
  }, 240_000)
  afterAll(() => system.close())
  afterEach(async () => {
    await system.standIn.settled()
    if (system.standIn.violations.length > 0) throw new Error(system.standIn.violations.join('\n'))
  })
  return {
    get system() {
      return system
    },
    becomes: (sha, checks) =>
      expect.poll(() => system.checks(sha), { timeout: 25_000 }).toEqual(checks),
    annotates: (sha, check, annotations) =>
      expect.poll(() => system.check(sha, check).annotations).toMatchObject(annotations),
  }
}

/** The files of a project below `test/projects`, by path. */
export function project(name: string): Readonly<Record<string, string>> {
  const folder = join(import.meta.dirname, '../../projects', name)
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  return Object.fromEntries(
    files
      .map((file) => join(file.parentPath, file.name))
      .filter((file) => !file.includes('/node_modules/'))
      .map((file) => [relative(folder, file), readFileSync(file, 'utf8')]),
  )
}

/** Addresses of the artifacts that a check links to, by path behind the task's number. */
export const artifactsOf = (summary: string | null): ReadonlyMap<string, string> =>
  new Map(
    [...(summary ?? '').matchAll(/\]\((http:[^)]+\/artifacts\/([^)]+))\)/g)].map(
      ([, url = '', path = '']) => [path, url],
    ),
  )
