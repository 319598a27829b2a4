import type { Pull } from '../../src/demo/stand-in/world.ts'
import type { WorkingCopy } from '../../src/demo/working-copy.ts'
import type { System } from './system.ts'

export interface Fork {
  /** Of the repository; its pushes are by ann. */
  readonly copy: WorkingCopy
  /** Commits the files and pushes them to the fork's branch `patch`; returns the commit. */
  commit(files: Readonly<Record<string, string>>, message?: string): Promise<string>
  /** Of mallory, who has the fork. */
  open(): Promise<Pull>
}

/** A repository of `acme` with this config on `main`, and a fork of it that belongs to mallory. */
export async function forkOf(
  system: System,
  name: string,
  config: Readonly<Record<string, string>>,
  visible: 'private' | 'public' = 'private',
): Promise<Fork> {
  const { standIn } = system
  const mallory =
    standIn.people.find(({ login }) => login === 'mallory') ??
    standIn.addPerson({ login: 'mallory', role: 'read' })
  const copy = await system.repository(name, visible)
  await copy.commit(config)
  await copy.push('HEAD:main')
  const of = { forkOf: `acme/${name}`, private: visible === 'private' }
  await standIn.createRepository({ owner: 'mallory', name, ...of })
  const remote = standIn.remote(`mallory/${name}`, mallory)
  return {
    copy,
    commit: async (files, message) => {
      const sha = await copy.commit(files, message)
      await copy.git('push', '--quiet', remote, 'HEAD:patch')
      return sha
    },
    open: () =>
      standIn.openPull({ repository: `acme/${name}`, fork: `mallory/${name}`, head: 'patch' }),
  }
}
