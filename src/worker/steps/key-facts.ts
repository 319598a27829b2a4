import { createHash } from 'node:crypto'
import { err, ok, type Result } from '../../model/result.ts'
import { branchOf, isFromFork } from '../../model/trigger.ts'
import type { CacheScope } from '../../ports/caches.ts'
import type { ClaimedTask } from '../../ports/tasks.ts'
import type { KeyFacts } from './cache-key.ts'
import { followStep } from './follow.ts'
import { inside } from './inside.ts'
import type { StepContext } from './step.ts'

/** What keys of caches are filled with in this job. */
export function keyFacts(context: StepContext): KeyFacts {
  const { task, tools, variables } = context
  const sums = new Map<string, Promise<Result<string, string>>>()
  return {
    values: {
      Branch: branchOf(task.trigger.ref),
      Revision: task.trigger.commit.sha,
      BuildNum: buildOf(context),
      // The key is that of the checkout, and ours is the App's own for each repository.
      CheckoutKey: String(task.trigger.repository.id),
    },
    environment: variables,
    epoch: () => String(Math.floor(tools.clock.now() / 1000)),
    arch: () => archOf(context),
    checksum: (path) => {
      const sum = sums.get(path) ?? checksum(context, path, sums.size)
      sums.set(path, sum)
      return sum
    },
  }
}

/** What people call this run of the job. */
export const buildOf = ({ variables, task }: StepContext): string =>
  variables['CIRCLE_BUILD_NUM'] ?? String(task.pipelineNumber)

/**
 * Pipelines of a repository share their caches. A pull request of a fork gets none of them and leaves
 * none to them: what it brings is a stranger's. All pull requests of one fork share theirs.
 */
export function scopeOf({ trigger }: ClaimedTask): CacheScope {
  const repositoryId = trigger.repository.id
  if (!isFromFork(trigger)) return { repositoryId, fork: '' }
  const head = trigger.event.values['pull_request.head.repo.id'] ?? trigger.commit.sha
  return { repositoryId, fork: `fork ${head}` }
}

const noSuchFile = 3
const silenceMs = 10 * 60 * 1000
/** As much as anybody would call a lock file. */
const mostBytes = 1024 ** 3

/** The file is read in the environment and summed here: not every image has a program for it. */
async function checksum(
  context: StepContext,
  path: string,
  place: number,
): Promise<Result<string, string>> {
  const hash = createHash('sha256')
  const tools = { ...context.tools, limits: { ...context.tools.limits, outputBytes: mostBytes } }
  const log = { write: async (bytes: Uint8Array) => void hash.update(bytes), end: async () => {} }
  const script = `[ -f "$READ_FILE" ] || exit ${noSuchFile}\nexec cat -- "$READ_FILE"`
  const env = { ...context.variables, READ_FILE: context.environment.resolve(path) }
  const followed = await followStep(
    { ...context, tools, log, from: 0 },
    { id: `${context.index}-sum-${place}`, script, env, cwd: null, shell: ['/bin/sh', '-e'] },
    silenceMs,
  )
  if (followed.kind === 'exited' && followed.code === 0) return ok(hash.digest('base64'))
  if (followed.kind === 'exited' && followed.code === noSuchFile)
    return err('there is no such file')
  if (followed.kind === 'lost') throw new Error(followed.because)
  context.control.halted.throwIfAborted()
  return err('it could not be read')
}

const archScript = 'uname -s\nuname -m\ncat /proc/cpuinfo 2> /dev/null || :'

async function archOf(context: StepContext): Promise<Result<string, string>> {
  const said = await inside(context, { name: 'arch', script: archScript })
  if (!said.ok || said.value.code !== 0) return err('arch: the environment does not tell')
  const text = said.value.output.toString()
  const [system = '', machine = ''] = text.split('\n')
  const family = /^cpu family\s*:\s*(\d+)/m.exec(text)?.[1]
  const model = /^model\s*:\s*(\d+)/m.exec(text)?.[1]
  const cpu = family !== undefined && model !== undefined ? `-${family}_${model}` : ''
  return ok(`${system.toLowerCase()}-${goNames[machine] ?? machine}${cpu}`)
}

/** Architectures as Go calls them. */
const goNames: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  aarch64: 'arm64',
  armv7l: 'arm',
  i686: '386',
}
