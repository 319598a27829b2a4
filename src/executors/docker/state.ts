import { at, numberAt, textAt } from './answer.ts'
import { type Engine, EngineRefused } from './engine.ts'
import { labels } from './labels.ts'
import { keeperCodes } from './programs.ts'

/** How a container stands. */
export interface State {
  /** The engine's own id. */
  readonly id: string
  readonly running: boolean
  readonly exitCode: number
  readonly oomKilled: boolean
  /** What the engine says about its end; empty when nothing. */
  readonly error: string
  readonly workingDirectory: string
  /** Of all its processes together, in words; empty: no limit. */
  readonly memory: string
}

/** Null when there is none of this name or id. */
export async function stateOf(engine: Engine, container: string): Promise<State | null> {
  try {
    const found = await engine.call('GET', `/containers/${container}/json`)
    const label = (name: string): string => textAt(found, 'Config', 'Labels', name) ?? ''
    return {
      id: textAt(found, 'Id') ?? container,
      running: at(found, 'State', 'Running') === true,
      exitCode: numberAt(found, 'State', 'ExitCode') ?? 0,
      oomKilled: at(found, 'State', 'OOMKilled') === true,
      error: textAt(found, 'State', 'Error') ?? '',
      workingDirectory: label(labels.workingDirectory),
      memory: label(labels.memory),
    }
  } catch (error) {
    if (error instanceof EngineRefused && error.status === 404) return null
    throw error
  }
}

/** Why the environment of this primary container has ended; null while it is there. */
export function whyEnded(state: State | null): string | null {
  if (!state) return 'the container of the job was removed while the step ran'
  if (state.running) return null
  switch (state.exitCode) {
    case keeperCodes.timeOver:
      return 'the time of the environment was over'
    case keeperCodes.abandoned:
      return 'the container of the job ended: nobody had asked for it for a long time'
    case keeperCodes.entrypointEnded:
      return 'the entrypoint of the primary container ended, and it has to keep running'
    default:
      return state.oomKilled
        ? `the container of the job ended: out of memory (the limit is ${state.memory || 'the machine’s'})`
        : `the container of the job ended with code ${state.exitCode}${state.error && `: ${state.error}`} (was the engine restarted, or the container killed?)`
  }
}
