import { latestOf } from './checks/roll-up.ts'
import { emitRun, rerequestRun } from './checks/runs.ts'
import { rerequestSuite } from './checks/suites.ts'
import { findPerson } from './people.ts'
import type { Person, Run, Suite, World } from './world.ts'

/** GitHub sent either of the two for "Re-run failed checks", depending on when one looked. */
type RerunFailedMode = 'check_run' | 'check_suite'

/**
 * What people can press on GitHub's pages. People are named by login. Each rejects when the button is
 * not there, and resolves when the webhooks it caused were answered or have failed.
 */
export interface Ui {
  clickAction(checkRunId: number, identifier: string, login: string): Promise<void>
  /** "Re-run" on one completed check. */
  rerun(checkRunId: number, login: string): Promise<void>
  /** "Re-run failed checks": those that ended in failure, timed_out or cancelled. */
  rerunFailed(sha: string, login: string, mode?: RerunFailedMode): Promise<void>
  /** "Re-run all checks". */
  rerunAll(sha: string, login: string): Promise<void>
}

const failed = ['failure', 'timed_out', 'cancelled']

export const makeUi = (world: World): Ui => ({
  clickAction: async (checkRunId, identifier, login) => {
    const sender = personNamed(world, login)
    const run = runWithId(world, checkRunId)
    if (!run.actions.some((action) => action.identifier === identifier)) {
      const shown = run.actions.map((action) => action.identifier).join(', ') || 'none'
      throw new Error(`check run ${run.name} has no button ${identifier}; it has: ${shown}`)
    }
    const payload = { requested_action: { identifier } }
    await emitRun(world, run, { action: 'requested_action', sender, payload })
  },
  rerun: async (checkRunId, login) => {
    const run = runWithId(world, checkRunId)
    if (run.status !== 'completed')
      throw new Error(`${run.name} is ${run.status}: no Re-run button`)
    await rerequestRun(world, run, personNamed(world, login))
  },
  rerunFailed: async (sha, login, mode = 'check_run') => {
    const sender = personNamed(world, login)
    const suite = ownSuite(world, sha)
    const runs = latestOf(suite.runs).filter((run) => failed.includes(run.conclusion ?? ''))
    if (runs.length === 0) throw new Error(`nothing failed at ${sha}: no Re-run failed button`)
    if (mode === 'check_suite') return rerequestSuite(world, suite, sender)
    await Promise.all(runs.map((run) => rerequestRun(world, run, sender)))
  },
  rerunAll: async (sha, login) => {
    const suite = ownSuite(world, sha)
    if (suite.runs.length === 0) throw new Error(`no checks at ${sha}: no Re-run all button`)
    await rerequestSuite(world, suite, personNamed(world, login))
  },
})

const personNamed = (world: World, login: string): Person => {
  const person = findPerson(world, login)
  if (!person) throw new Error(`nobody is called ${login}`)
  return person
}

const runWithId = (world: World, id: number): Run => {
  const run = world.runs.get(id)
  if (!run) throw new Error(`there is no check run ${id}`)
  return run
}

const ownSuite = (world: World, sha: string): Suite => {
  const suite = world.suites.find((one) => one.commit.sha === sha && one.app === world.app)
  if (!suite) throw new Error(`the App has no checks at ${sha}`)
  return suite
}
