import { posix } from 'node:path'
import type { StepSpec } from '../../ports/executor.ts'
import { entryScript, quoted } from '../runner.ts'
import { defaultShell, type Shells, scriptFor } from '../shell.ts'
import { checked } from './labels.ts'
import { jobDirectory } from './programs.ts'

/** Where a step starts, and with which variables below its own. */
export interface StepContext {
  readonly environmentId: string
  readonly workingDirectory: string
  readonly directory: string
  readonly env: Readonly<Record<string, string>>
  readonly shells: Shells
}

/** Where the runner keeps what belongs to a step, in its container. */
export const stepDirectory = (stepId: string): string =>
  posix.join(jobDirectory, 'steps', checked('step', stepId))

export const stepName = (environmentId: string, stepId: string): string =>
  `${environmentId}/${checked('step', stepId)}`

/**
 * The text that begins a step inside its container: it writes the script where the shell finds it, then
 * becomes the command. Throws when a variable or the script holds what it cannot.
 */
export function stepText(step: StepSpec, context: StepContext): string {
  if (step.script.includes('\0')) throw new Error('the script of the step holds a NUL byte')
  const shell = step.shell ?? defaultShell(context.shells)
  const path = posix.join(stepDirectory(step.id), 'script')
  const entry = entryScript({
    name: stepName(context.environmentId, step.id),
    env: { ...context.env, ...step.env },
    workingDirectory: context.workingDirectory,
    directory: context.directory,
    command: [...shell, path],
  })
  const script = quoted(scriptFor(shell, step.script))
  return `(umask 077; printf %s ${script} > ${path}) || exit 1\n${entry}`
}
