import { ownerNamed } from './people.ts'
import type { TeamMember, World } from './world.ts'

export interface NewTeam {
  readonly org: string
  readonly slug: string
  readonly members: readonly TeamMember[]
}

export const addTeam = (world: World, wanted: NewTeam): void => {
  ownerNamed(world, wanted.org)
  world.teams.push({ id: world.nextId('team'), ...wanted })
}
