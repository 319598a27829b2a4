import { at, numberAt, textAt } from './answer.ts'
import { type Engine, EngineRefused } from './engine.ts'
import { labels } from './labels.ts'

/** How a container stands. */
export interface State {
  /** The engine's own id. */
  readonly id: string
  /** As its maker named it. */
  readonly image: string
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
      image: textAt(found, 'Config', 'Image') ?? '',
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
