import type { Heads, Reach } from '../../src/ports/reach.ts'

/** Nothing is known of any repository, so that every one is believed to be what it says. */
export const fakeReach: Reach = {
  repositories: () => Promise.resolve([]),
  byId: () => Promise.resolve(null),
  open: () => Promise.resolve(),
  close: () => Promise.resolve(false),
  resting: () => Promise.resolve(new Set()),
}

export const fakeHeads: Heads = {
  last: () => Promise.resolve(null),
  pushes: () => Promise.resolve([]),
  save: () => Promise.resolve(),
}
