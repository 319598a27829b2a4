import { unreachable } from '../../model/result.ts'
import type { ExecutorHealth } from '../../ports/executor.ts'
import type { Machine } from './machine.ts'
import { ownUids } from './own-user.ts'
import type { Probed } from './probe.ts'

/** What people are told about how jobs are kept apart here. */
export function healthOf(probed: Probed, unisolatedOk: boolean): ExecutorHealth {
  const { machine, reasons } = probed
  if (!machine) {
    const summary = `Local executor: jobs cannot run on this machine: ${reasons.join('; ')}`
    return { isolation: 'none', summary, warnings: [summary] }
  }
  const level = machine.isolation.level
  const better = reasons.map((reason) => `Better isolation was tried and does not work: ${reason}`)
  return {
    isolation: level,
    summary: `Local executor: ${summaryOf(machine)}`,
    warnings: [...warningsFor(machine, unisolatedOk), ...better],
  }
}

function summaryOf(machine: Machine): string {
  const { level, user, asUser } = machine.isolation
  const who = user ? `user ${user.name} (uid ${user.uid})` : 'the same user as this server'
  switch (level) {
    case 'sandbox':
      return `steps run on this machine as ${who}, with their own /tmp and processes and without sight of the data directory; the network is not isolated`
    case 'mounts':
      return `steps run on this machine as ${who}, with their own /tmp and processes and without sight of the data directory; other files of that user (keys outside of the data directory, too) and the network are not isolated`
    case 'uid':
      if (asUser) {
        return `steps run on this machine, each job as a user of its own (uids ${ownUids.first} to ${ownUids.last}); jobs share /tmp and this machine with each other: each can read what another one leaves readable in /tmp, and the list of its processes with their arguments; the network is not isolated`
      }
      return `steps run on this machine as ${who}; jobs share /tmp and this machine with each other: each can read what another one keeps there, also its secrets, and end it; the network is not isolated`
    case 'none':
      return `NOT ISOLATED: steps run on this machine as ${who}; jobs share /tmp and this machine, and can read this server's keys and database, its caches, and the secrets of other jobs`
    default:
      return unreachable(level)
  }
}

const noForks = 'Jobs of pull requests from forks are refused here.'

function warningsFor(machine: Machine, unisolatedOk: boolean): readonly string[] {
  const { level, asUser } = machine.isolation
  if (level === 'mounts') {
    return [
      noForks,
      'Jobs run as the same user as this server and can change its files outside the data directory; started as root, Sluice gives them a user of their own.',
    ]
  }
  if (level === 'uid') {
    const shared = asUser ? '/tmp and the list of processes' : '/tmp and their user'
    return [noForks, `Jobs share ${shared} with each other, and /tmp with this machine.`]
  }
  if (level !== 'none') return []
  const refused = unisolatedOk ? [] : ['Jobs are refused until SLUICE_UNISOLATED=allow is set.']
  return [
    noForks,
    'Anyone who can push to a repository served here can read this server’s keys and database, and jobs share /tmp and this machine.',
    ...refused,
  ]
}
