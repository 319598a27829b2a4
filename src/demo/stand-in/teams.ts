import { ownerNamed } from './people.ts'
import type { TeamMember, World } from './world.ts'

export interface NewTeam {
  readonly org: string
  readonly slug: string
  readonly members: readonly TeamMember[]
}

/** In the place of a team of that name, if there is one. */
export const addTeam = (world: World, wanted: NewTeam): void => {
  ownerNamed(world, wanted.org)
  const old = world.teams.findIndex(({ org, slug }) => org === wanted.org && slug === wanted.slug)
  if (old >= 0) world.teams.splice(old, 1)
  world.teams.push({ id: world.nextId('team'), ...wanted })
}
