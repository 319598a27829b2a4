import { findPerson, foldedPermission, roleIn } from '../../people.ts'
import { userShape } from '../../shapes/user.ts'
import type { Person, Role, TeamMember } from '../../world.ts'
import { type Call, type Handler, ok, repositoryOf } from '../call.ts'
import { notFound } from '../refusal.ts'

const getUser: Handler = (call) => ok(userShape(call.world.url, personNamed(call)))

/** `permission` folds maintain into write and triage into read; `role_name` keeps them apart. */
const getPermission: Handler = (call) => {
  const repository = repositoryOf(call)
  const person = personNamed(call)
  const role = roleIn(repository, person)
  const permission = foldedPermission(role)
  return ok({
    permission,
    role_name: role,
    user: {
      ...userShape(call.world.url, person),
      role_name: role,
      permissions: flagsOf(role),
    },
  })
}

const order: readonly Role[] = ['none', 'read', 'triage', 'write', 'maintain', 'admin']

const flagsOf = (role: Role) => {
  const atLeast = (other: Role) => order.indexOf(role) >= order.indexOf(other)
  return {
    pull: atLeast('read'),
    triage: atLeast('triage'),
    push: atLeast('write'),
    maintain: atLeast('maintain'),
    admin: atLeast('admin'),
  }
}

/** Invited people are `pending`: only `active` ones are members yet. */
const getTeamMembership: Handler = (call) => {
  const { world, path } = call
  const team = world.teams.find((one) => one.org === path['org'] && one.slug === path['team_slug'])
  const member = team?.members.find((one) => sameLogin(one, path['username'] ?? ''))
  if (!team || !member) throw notFound()
  const url = `${world.url}/api/v3/organizations/${team.org}/team/${team.id}/memberships/${member.login}`
  return ok({ url, role: member.role, state: member.state })
}

/** Members of any team of the organisation are its members. */
const checkMembership: Handler = ({ world, path }) => {
  const member = world.teams
    .filter((team) => team.org === path['org'])
    .flatMap((team) => team.members)
    .some((one) => one.state === 'active' && sameLogin(one, path['username'] ?? ''))
  if (!member) throw notFound()
  return { status: 204 }
}

const sameLogin = (member: TeamMember, login: string): boolean =>
  member.login.toLowerCase() === login.toLowerCase()

const personNamed = ({ world, path }: Call): Person => {
  const person = findPerson(world, path['username'] ?? '')
  if (!person) throw notFound()
  return person
}

export const peopleOperations: Readonly<Record<string, Handler>> = {
  'users/get-by-username': getUser,
  'repos/get-collaborator-permission-level': getPermission,
  'teams/get-membership-for-user-in-org': getTeamMembership,
  'orgs/check-membership-for-user': checkMembership,
}
