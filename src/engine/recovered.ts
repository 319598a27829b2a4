import type { Sibling, Slice } from '../model/state.ts'
import type { Trigger } from '../model/trigger.ts'

/**
 * Whether another pipeline stands for the push already. One that was found by comparing heads gives way to
 * GitHub's own word of the push that came while it was on its way, and takes the place of one that comes
 * later.
 */
export function isSamePush({ siblings }: Slice, trigger: Trigger): boolean {
  if (trigger.type !== 'push') return false
  const ofBranch = siblings.filter((one) => isOfBranch(one, trigger))
  const { recovered } = trigger
  return recovered
    ? ofBranch.some(({ id }) => !recovered.known.includes(id))
    : ofBranch.some((one) => standsFor(one, trigger))
}

/** What a schedule or an event of a pull request began stands for no push. */
const isOfBranch = ({ ref, beside }: Sibling, trigger: Trigger): boolean =>
  !beside && ref.kind === 'branch' && trigger.ref.kind === 'branch' && ref.name === trigger.ref.name

/** A push that came after it to the same commit, from another one, is new. */
const standsFor = ({ recoveredUpTo }: Sibling, { pushedAt }: Trigger): boolean =>
  recoveredUpTo !== undefined && (pushedAt ?? 0) <= recoveredUpTo
