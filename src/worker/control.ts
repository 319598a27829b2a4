/** Why a job must end early. */
export type Halt =
  | { readonly kind: 'canceled' }
  | { readonly kind: 'time-limit'; readonly limitMs: number }

/** How the worker reaches into a running task. */
export interface Control {
  /** Aborts when nothing may be written about the task any more and nothing ended: another has it. */
  readonly letGo: AbortSignal
  /** Aborts when the job must end; `why` says why. */
  readonly halted: AbortSignal
  why(): Halt | null
  /** The first reason stays. */
  halt(why: Halt): void
  drop(): void
}

/** Thrown wherever a task notices that it is not its own any more. */
export class LetGo extends Error {
  override readonly name = 'LetGo'
}

export function newControl(): Control {
  const letGo = new AbortController()
  const halted = new AbortController()
  let why: Halt | null = null
  return {
    letGo: letGo.signal,
    halted: halted.signal,
    why: () => why,
    halt: (reason) => {
      why ??= reason
      halted.abort()
    },
    drop: () => letGo.abort(new LetGo('the task was let go')),
  }
}
