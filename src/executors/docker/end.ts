import { EnvironmentLost, EnvironmentRefused } from '../../ports/executor.ts'
import type { Engine } from './engine.ts'
import { framesOf } from './frames.ts'
import { entrypointCode, keeperCodes } from './programs.ts'
import { type State, stateOf } from './state.ts'

/**
 * Why a primary container has ended; null while it is there. `EnvironmentRefused` where another run would
 * end the same way: its entrypoint does not keep running, its image or its memory does not do.
 */
export async function endOf(
  engine: Engine,
  container: string,
): Promise<EnvironmentLost | EnvironmentRefused | null> {
  const state = await stateOf(engine, container)
  if (!state) return new EnvironmentLost('the container of the job was removed')
  if (state.running) return null
  switch (state.exitCode) {
    case keeperCodes.timeOver:
      return new EnvironmentLost('the time of the environment was over')
    case keeperCodes.abandoned:
      return new EnvironmentLost(
        'the container of the job ended: nobody had asked for it for a long time',
      )
    case keeperCodes.noSleep:
      return new EnvironmentRefused(
        `steps cannot run in the image ${state.image}: it has no program \`sleep\``,
      )
    case keeperCodes.entrypointEnded:
      return entrypointEnded(state, await lastLines(engine, state.id))
    default:
      return otherEnd(state, await lastLines(engine, state.id))
  }
}

function entrypointEnded(state: State, said: readonly string[]): EnvironmentRefused {
  const code = said.map(entrypointCode).findLast((one) => one !== null)
  const how = code === undefined ? '' : ` with code ${code}`
  const own = said.filter((line) => entrypointCode(line) === null)
  return new EnvironmentRefused(
    `the entrypoint of the primary container (image ${state.image}) ended${how}${memoryOf(state)}, and it has to keep running while the steps run. ${quoted(own)}`,
  )
}

/** Above 128 somebody killed it: for want of memory, or from outside. */
function otherEnd(state: State, said: readonly string[]): EnvironmentLost | EnvironmentRefused {
  const { exitCode, error } = state
  if (state.oomKilled && state.memory !== '') {
    return new EnvironmentRefused(
      `the primary container (image ${state.image}) ended with code ${exitCode}${memoryOf(state)}. ${quoted(said)}`,
    )
  }
  if (exitCode > 0 && exitCode < 128 && error === '') {
    return new EnvironmentRefused(
      `the primary container (image ${state.image}) ended with code ${exitCode}. ${quoted(said)}`,
    )
  }
  return new EnvironmentLost(
    `the container of the job ended with code ${exitCode}${error && `: ${error}`} (was the engine restarted, or the container killed?)`,
  )
}

function memoryOf({ oomKilled, memory }: State): string {
  if (!oomKilled) return ''
  return memory === ''
    ? ': the machine was out of memory'
    : `: out of memory (the limit of the job is ${memory})`
}

const quoted = (said: readonly string[]): string =>
  said.length === 0
    ? 'It printed nothing.'
    : `Its last lines:\n${said.slice(-quotedLines).join('\n')}`

const quotedLines = 5
const longestLine = 500

/** A container that cannot be asked any more has said nothing. */
async function lastLines(engine: Engine, container: string): Promise<readonly string[]> {
  let said = ''
  try {
    const path = `/containers/${container}/logs?stdout=1&stderr=1&tail=${quotedLines + 1}`
    for await (const { bytes } of framesOf(await engine.stream('GET', path))) {
      said = (said + bytes.toString()).slice(-10 * longestLine)
    }
  } catch (error) {
    if (!(error instanceof EnvironmentLost)) throw error
  }
  const lines = said.split('\n').map((line) => line.trimEnd().slice(0, longestLine))
  return lines.filter((line) => line !== '')
}
