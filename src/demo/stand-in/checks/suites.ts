import type { JsonObject } from '../description/schema.ts'
import type { CommitInfo } from '../git/commit-info.ts'
import { installationOf } from '../installations.ts'
import { appShape } from '../shapes/app.ts'
import { suiteShape } from '../shapes/check.ts'
import { emit } from '../webhooks/emit.ts'
import type { AppIdentity, Person, Repository, Suite, World } from '../world.ts'
import { suiteStatus } from './roll-up.ts'

export interface NewSuite {
  readonly app: AppIdentity
  readonly repository: Repository
  readonly commit: CommitInfo
  readonly headBranch: string | null
  readonly before: string | null
}

/** The App's suite for the commit; there is never more than one. */
export const findSuite = (
  world: World,
  { app, repository, commit }: Pick<NewSuite, 'app' | 'repository' | 'commit'>,
): Suite | null =>
  world.suites.find(
    (suite) =>
      suite.commit.sha === commit.sha && suite.app === app && suite.repository === repository,
  ) ?? null

export const addSuite = (world: World, wanted: NewSuite): Suite => {
  const now = world.clock.now()
  const suite: Suite = {
    ...wanted,
    id: world.nextId('suite'),
    createdAt: now,
    updatedAt: now,
    runs: [],
    rerequested: false,
    announced: false,
  }
  world.suites.push(suite)
  return suite
}

/** A push makes the App's suite for the new commit, unless the commit's message asks not to. */
export const requestSuite = (
  world: World,
  wanted: Omit<NewSuite, 'app'> & { readonly sender: Person },
): void => {
  const { sender, ...made } = wanted
  const installation = installationOf(world, wanted.repository)
  if (installation?.permissions['checks'] !== 'write') return
  if (skipsChecks(wanted.commit.message)) return
  const identity = { ...made, app: world.app }
  if (!findSuite(world, identity))
    void announceSuite(world, addSuite(world, identity), 'requested', sender)
}

/** The trailer counts only after two empty lines. */
const skipsChecks = (message: string): boolean => /\n\n\nskip-checks: ?true\s*$/i.test(message)

/** Asks the App to run the whole suite again. */
export const rerequestSuite = (world: World, suite: Suite, sender: Person): Promise<void> => {
  suite.rerequested = true
  suite.announced = false
  return announceSuite(world, suite, 'rerequested', sender)
}

/** Something was reported: the suite is computed anew, and said to be complete when it is. */
export const touchSuite = (world: World, suite: Suite): void => {
  suite.updatedAt = world.clock.now()
  suite.rerequested = false
  const complete = suiteStatus(suite) === 'completed'
  if (complete && !suite.announced) void announceSuite(world, suite, 'completed', suite.app.bot)
  suite.announced = complete
}

const announceSuite = (
  world: World,
  suite: Suite,
  action: 'requested' | 'rerequested' | 'completed',
  sender: Person,
): Promise<void> => {
  const { repository } = suite
  const payload = { check_suite: suitePayload(world, suite) }
  return emit(world, { event: 'check_suite', action, repository, sender, payload })
}

/** The description of this webhook knows fewer event names than GitHub has; it would refuse them. */
const suitePayload = (world: World, suite: Suite): JsonObject => {
  const events = suite.app.events.filter((event) => event !== 'merge_group')
  return { ...suiteShape(world, suite), app: appShape(world.url, { ...suite.app, events }) }
}
