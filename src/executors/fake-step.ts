import { EventEmitter, once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { EnvironmentLost, type StepOutcome, type StepSpec } from '../ports/executor.ts'
import type { FakeFiles } from './fake-files.ts'

/** A step that only pretends. */
export interface FakeStep {
  output(): Buffer
  outcome(): StepOutcome | null
  /** Ends it unless it has ended. */
  end(outcome: StepOutcome): void
  /** Resolves when there is more output, or an outcome, or the signal aborted. */
  changed(signal: AbortSignal): Promise<void>
}

interface Surroundings {
  readonly files: FakeFiles
  resolve(path: string): string
}

/** Begins at once. Throws `EnvironmentLost` for a step that is told to fail to start. */
export function playStep(step: StepSpec, around: Surroundings): FakeStep {
  const lines = linesOf(step)
  if (lines.some((line) => line === 'fail-to-start')) {
    throw new EnvironmentLost('the step was told to fail to start')
  }
  const stage = stageFor()
  void play(lines, stage, around)
  return stage
}

const linesOf = (step: StepSpec): readonly string[] =>
  (step.env['SLUICE_FAKE']?.replaceAll(';', '\n') ?? step.script)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

interface Stage extends FakeStep {
  print(text: string): void
}

function stageFor(): Stage {
  const bell = new EventEmitter().setMaxListeners(0)
  let output = Buffer.alloc(0)
  let outcome: StepOutcome | null = null
  return {
    output: () => output,
    outcome: () => outcome,
    print: (text) => {
      if (outcome) return
      output = Buffer.concat([output, Buffer.from(`${text}\n`)])
      bell.emit('changed')
    },
    end: (how) => {
      outcome ??= how
      bell.emit('changed')
    },
    changed: async (signal) => {
      await Promise.race([
        once(bell, 'changed', { signal }).catch(() => {}),
        outcome ? Promise.resolve() : new Promise(() => {}),
      ])
    },
  }
}

/** Line after line until one ends the step, or somebody else did. */
async function play(lines: readonly string[], stage: Stage, around: Surroundings): Promise<void> {
  for (const line of lines) {
    if (stage.outcome()) return
    const [word = '', ...rest] = line.split(' ')
    const end = await act(word, rest, { line, stage, around })
    if (end) stage.end(end)
  }
  stage.end({ kind: 'exited', code: 0 })
}

async function act(
  word: string,
  rest: readonly string[],
  { line, stage, around }: { line: string; stage: Stage; around: Surroundings },
): Promise<StepOutcome | null> {
  const text = rest.join(' ')
  switch (word) {
    case 'print':
      stage.print(text)
      return null
    case 'sleep':
      await sleep(numberIn(text), undefined, { ref: false })
      return null
    case 'exit':
      return { kind: 'exited', code: numberIn(text) }
    case 'lost':
      return { kind: 'lost', because: text || 'the step was told to be lost' }
    case 'write':
      around.files.write(around.resolve(rest[0] ?? ''), rest.slice(1).join(' '))
      return null
    case 'read':
      return read(text, stage, around)
    default:
      stage.print(`not run: ${line}`)
      return null
  }
}

function read(path: string, stage: Stage, around: Surroundings): StepOutcome | null {
  const content = around.files.read(around.resolve(path))
  stage.print(content ?? `no such file: ${path}`)
  return content === null ? { kind: 'exited', code: 1 } : null
}

const numberIn = (text: string): number => {
  const number = Number(text)
  return Number.isFinite(number) ? number : 0
}
