import { readFile } from 'node:fs/promises'
import type { ExecutorHealth } from '../../ports/executor.ts'

/** Who the commands of a job run as. */
export interface JobUser {
  readonly uid: number
  readonly gid: number
  readonly name: string
  /** False for a number that is nobody's; the job then gets a line of its own in /etc/passwd. */
  readonly known: boolean
}

/** A way to keep jobs from the server and from each other. */
export interface Isolation {
  readonly level: Exclude<ExecutorHealth['isolation'], 'container'>
  /** Null: the commands run as the server's own user. */
  readonly user: JobUser | null
  /** The same for one environment as a user of its own; null where `user` is settled. */
  readonly asUser: ((uid: number) => Isolation) | null
  /** Nobody but the one environment runs as `user`. */
  readonly ownUser: boolean
  /** Own /tmp, own processes, hidden data directory. */
  readonly namespaces: boolean
  /** Words that start an environment's keeper. */
  readonly open: readonly string[]
  /** Words that run a command inside the environment of the keeper with this process id. */
  enter(keeper: number): readonly string[]
}

/** In no passwd file that we know of, below the range of container ids, and never PostgreSQL's. */
const unnamedUid = 64321
const sharedUser = { asUser: null, ownUser: false } as const
const usualUser = 'sluice-job'

/** Ways to try, the best first. As root the job always becomes somebody else. */
export async function candidates(jobUser: string | null): Promise<readonly Isolation[]> {
  const [uid, gid] = [process.getuid?.() ?? -1, process.getgid?.() ?? -1]
  if (uid !== 0) return [ownNamespaces(uid, gid), nothing]
  const user = await userFor(jobUser)
  return [otherUserAndNamespaces(user), otherUser(user)]
}

function otherUserAndNamespaces(user: JobUser): Isolation {
  const as = ['--setuid', String(user.uid), '--setgid', String(user.gid)]
  return {
    level: 'sandbox',
    user,
    ...sharedUser,
    namespaces: true,
    open: ['unshare', '--mount', '--propagation', 'private', '--pid', '--fork'],
    enter: (keeper) => ['nsenter', '--target', String(keeper), '--mount', '--pid', ...as, '--'],
  }
}

/** Who is in the passwd file is there for a reason: a name, without which ssh does nothing. */
function otherUser(user: JobUser): Isolation {
  const own = (uid: number): Isolation => ({
    ...becoming({ ...user, uid, gid: uid }),
    ownUser: true,
  })
  return { ...becoming(user), asUser: user.known ? null : own }
}

function becoming(user: JobUser): Isolation {
  const as = ['--reuid', String(user.uid), '--regid', String(user.gid), '--clear-groups']
  return {
    level: 'uid',
    user,
    ...sharedUser,
    namespaces: false,
    open: [],
    enter: () => ['setpriv', ...as, '--'],
  }
}

/**
 * Mounting needs to be root of a user namespace; the commands get a second one inside, in which they
 * are the ordinary user again and can undo nothing.
 */
function ownNamespaces(uid: number, gid: number): Isolation {
  const spaces = '--user --map-root-user --mount --propagation private --pid --fork'
  const back = `unshare --user --map-user=${uid} --map-group=${gid} --`
  return {
    level: 'mounts',
    user: null,
    ...sharedUser,
    namespaces: true,
    open: `unshare ${spaces}`.split(' '),
    enter: (keeper) =>
      `nsenter --target ${keeper} --user --preserve-credentials --mount --pid -- ${back}`.split(
        ' ',
      ),
  }
}

const nothing: Isolation = {
  level: 'none',
  user: null,
  ...sharedUser,
  namespaces: false,
  open: [],
  enter: () => [],
}

/** Rejects when the user that was asked for does not exist, or is root. */
async function userFor(jobUser: string | null): Promise<JobUser> {
  const passwd = await readFile('/etc/passwd', 'utf8')
  const user = userIn(passwd, jobUser ?? usualUser)
  if (!user && jobUser !== null) {
    throw new Error(`there is no user ${jobUser} to run jobs as; create it, or name another one`)
  }
  if (user?.uid === 0)
    throw new Error(`jobs never run as root; name another user than ${user.name}`)
  return user ?? { uid: unnamedUid, gid: unnamedUid, name: usualUser, known: false }
}

function userIn(passwd: string, name: string): JobUser | null {
  const line = passwd.split('\n').find((one) => one.startsWith(`${name}:`))
  const [, , uid, gid] = line?.split(':') ?? []
  if (uid === undefined || gid === undefined) return null
  return { uid: Number(uid), gid: Number(gid), name, known: true }
}
