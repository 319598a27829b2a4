import { isFromFork, type Person, type Trigger } from '../model/trigger.ts'

/** Whether the person made the event that began the pipeline, wrote its commit, or opened its pull request. */
export const isAuthor = (trigger: Trigger, person: Person): boolean =>
  trigger.actor.id === person.id ||
  trigger.commit.authorLogin?.toLowerCase() === person.login.toLowerCase() ||
  openedBy(trigger) === person.id

/** Whether the person proposed, from a fork, what the pipeline runs, or has that fork. */
export const isForkAuthor = (trigger: Trigger, person: Person): boolean =>
  isFromFork(trigger) &&
  [openedBy(trigger) ?? trigger.actor.id, ownerOf(trigger)].includes(person.id)

const ownerOf = ({ event }: Trigger) => event.values['pull_request.head.repo.owner.id']

/** Whoever opened a pull request need not be who made the event: maintainers label and push, too. */
const openedBy = ({ event }: Trigger) => event.values['pull_request.user.id']
