import type { CheckoutStep } from '../../model/step.ts'
import { isFromFork } from '../../model/trigger.ts'
import { type CloneAccess, GitHubUnavailable } from '../../ports/github.ts'
import { checkoutScript } from './checkout-script.ts'
import { followStep } from './follow.ts'
import { endOf } from './run.ts'
import type { StepContext, StepEnd } from './step.ts'

const silenceMs = 10 * 60 * 1000
/** How long GitHub may be away before the job is given up as lost. */
const patienceMs = 2 * 60 * 1000

/**
 * Checks out the commit of the trigger with git inside the environment, as the job's user. The token
 * goes there in the step's variables and nowhere else: no argument, no file, no line of the log.
 */
export async function checkout(context: StepContext, step: CheckoutStep): Promise<StepEnd> {
  const { task, index, environment, variables } = context
  // Its output is there, so it has begun, and does not get a second token.
  const access = context.from > 0 || isOpen(task) ? null : await cloneAccess(context)
  const { ref, commit, repository } = task.trigger
  const followed = await followStep(
    context,
    {
      id: String(index),
      script: checkoutScript,
      env: {
        ...withoutGit(variables),
        ...(access ? authorization(access) : {}),
        CHECKOUT_URL: access?.url ?? repository.cloneUrl,
        CHECKOUT_SHA: commit.sha,
        CHECKOUT_BRANCH: ref.kind === 'branch' ? ref.name : '',
        CHECKOUT_METHOD: step.method,
        CHECKOUT_PRIVATE: String(repository.private),
        CHECKOUT_DEPTH: String(step.depth ?? 1),
        CHECKOUT_PATH: environment.resolve(step.path ?? '.'),
      },
      cwd: '~',
      shell: ['/bin/sh', '-e'],
    },
    silenceMs,
  )
  return endOf(context, followed, silenceMs)
}

/**
 * What anybody can read needs no token, and a stranger's job gets none where it can do without: a step that
 * it left running could look at it.
 */
const isOpen = ({ trigger }: StepContext['task']): boolean =>
  isFromFork(trigger) && !trigger.repository.private

/** GitHub's outages are waited for. Rejects with `GitHubUnavailable` when one lasts too long. */
async function cloneAccess({ tools, control, task }: StepContext): Promise<CloneAccess> {
  const deadline = tools.clock.now() + patienceMs
  for (;;) {
    try {
      return await tools.github.cloneAccess(task.trigger.repository)
    } catch (error) {
      const pause = error instanceof GitHubUnavailable ? (error.retryAfterMs ?? 2000) : null
      if (pause === null || tools.clock.now() + pause > deadline) throw error
      await tools.clock.sleep(pause, AbortSignal.any([control.letGo, control.halted]))
      control.letGo.throwIfAborted()
      control.halted.throwIfAborted()
    }
  }
}

/**
 * Settings that count for this one command: the token as a header for this repository only, and no
 * helper of the machine that would ask somebody or remember it.
 */
function authorization(access: CloneAccess): Readonly<Record<string, string>> {
  const basic = Buffer.from(`x-access-token:${access.token}`).toString('base64')
  return {
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: `http.${access.url}.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
    GIT_CONFIG_KEY_1: 'credential.helper',
    GIT_CONFIG_VALUE_1: '',
    GIT_TERMINAL_PROMPT: '0',
  }
}

/** Variables of the job that would steer git, or have it print its headers, do not reach the checkout. */
const withoutGit = (variables: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(variables).filter(([name]) => !/^(GIT_|BASH_ENV$)/.test(name)))
