import { isFromFork, type Person, type Scalar, type Trigger } from '../model/trigger.ts'

/**
 * Whether the person made the event that began the pipeline, wrote its commit, or opened its pull request.
 * Where somebody began the same commit anew, also whoever pushed it first.
 */
export const isAuthor = (trigger: Trigger, person: Person): boolean =>
  trigger.actor.id === person.id ||
  isLoginOf(trigger.commit.authorLogin, person) ||
  isLoginOf(trigger.event.values['sender.login'], person) ||
  openedBy(trigger) === person.id

const isLoginOf = (login: Scalar | null | undefined, person: Person): boolean =>
  typeof login === 'string' && login.toLowerCase() === person.login.toLowerCase()

/** Whether the person proposed, from a fork, what the pipeline runs, or has that fork. */
export const isForkAuthor = (trigger: Trigger, person: Person): boolean =>
  isFromFork(trigger) &&
  [openedBy(trigger) ?? trigger.actor.id, ownerOf(trigger)].includes(person.id)

const ownerOf = ({ event }: Trigger) => event.values['pull_request.head.repo.owner.id']

/** Whoever opened a pull request need not be who made the event: maintainers label and push, too. */
const openedBy = ({ event }: Trigger) => event.values['pull_request.user.id']
