import { type Finding, fine, problem, warning } from './finding.ts'
import type { Needs } from './parts.ts'
import type { Round } from './round.ts'

/** Permissions and events of the App against those of `app.yml`. */
export function permissionFindings({ registered, needs }: Round): readonly Finding[] {
  return [permissionFinding(registered, needs), eventFinding(registered, needs)]
}

/** Those that are missing or too low, as `name: level`. */
export const lacking = (
  has: Readonly<Record<string, string>>,
  needs: Needs['permissions'],
): readonly string[] =>
  Object.entries(needs)
    .filter(([name, level]) => rankOf(has[name]) < rankOf(level))
    .map(([name, level]) => `${name}: ${level}`)

function permissionFinding({ permissions, pages }: Round['registered'], needs: Needs): Finding {
  const missing = lacking(permissions, needs.permissions)
  const where = `on ${pages.permissions}`
  if (missing.length > 0)
    return problem(
      'permissions',
      `the App lacks ${missing.join(', ')}: without them GitHub tells Sluice less, or refuses its checks`,
      `grant them ${where}, save, and accept the change in every installation (GitHub mails their owners)`,
    )
  const extra = lacking(needs.permissions, permissions)
  return extra.length > 0
    ? warning(
        'permissions',
        `the App has more than it needs: ${extra.join(', ')}`,
        `take it away ${where}: whoever gets the key could use it`,
      )
    : fine('permissions', 'exactly those that Sluice needs')
}

function eventFinding({ events, pages }: Round['registered'], needs: Needs): Finding {
  const missing = needs.events.filter((event) => !events.includes(event))
  return missing.length > 0
    ? problem(
        'events',
        `the App does not hear of ${missing.join(', ')}: what they tell never reaches Sluice`,
        `tick them under "Subscribe to events" on ${pages.permissions} and save`,
      )
    : fine('events', `GitHub tells of ${needs.events.join(', ')}`)
}

const levels = ['read', 'write', 'admin']
const rankOf = (level: string | undefined): number => levels.indexOf(level ?? '')
