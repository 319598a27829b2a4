import type { Regex } from '../../ports/regex.ts'
import { type Origin, type Place, place, type Span } from '../read/located.ts'
import type { Reading, Version } from '../read/reader.ts'
import type { Report } from '../report.ts'
import type { Definition } from '../shape/elements.ts'
import type { Scope } from '../values/scope.ts'
import type { Memory } from './memory.ts'
import type { Namespace } from './orbs/namespace.ts'

/** What does not change while one config is resolved. */
export interface World {
  readonly version: Version
  readonly regex: Regex
  /** Where the elements that can be named at a place are found. */
  namespaceOf(span: Span): Namespace
  /** The values `pipeline.*`, for the config or for an orb. */
  pipelineScope(origin: Origin | undefined, known: boolean): Scope
  readonly memory: Memory
  /** Also looks at what this event does not start, as far as that can be told. */
  readonly thorough: boolean
}

/** Where in the expansion we are: who called, and whether the pipeline's values may be used. */
export interface Context extends Reading {
  readonly world: World
  readonly trail: Trail | null
  /** Calls from here outwards do not count as callers of what is expanded: it is their argument. */
  readonly barrier: Trail | null
  /** False in workflows that this event does not start: what depends on the event is not known there. */
  readonly known: boolean
  /** Straight to the list of problems, without trail. */
  readonly base: Report
}

/** A chain of calls, innermost first. */
export interface Trail {
  readonly what: 'workflow' | 'job' | 'command' | 'executor' | 'orb'
  readonly name: string
  /** Where it was called. */
  readonly at: Place
  readonly definition: Definition | null
  readonly depth: number
  readonly up: Trail | null
}

export function rootContext(world: World, base: Report): Context {
  return contextOf({ world, base, trail: null, barrier: null, known: true })
}

/** The same place with pipeline values unknown. */
export const unknowing = (context: Context): Context => contextOf({ ...context, known: false })

/** The same place, for steps that were handed in as an argument. */
export const handedIn = (context: Context): Context => ({ ...context, barrier: context.trail })

/** The place inside a call. */
export function inside(context: Context, call: Omit<Trail, 'depth' | 'up'>): Context {
  const up = context.trail
  return contextOf({ ...context, trail: { ...call, up, depth: (up?.depth ?? 0) + 1 } })
}

/** The scope of `pipeline.*` for what is written where `span` is. */
export const pipelineOf = ({ world, known }: Context, { origin }: Span): Scope =>
  world.pipelineScope(origin, known)

type Parts = Pick<Context, 'world' | 'base' | 'trail' | 'barrier' | 'known'>

function contextOf(parts: Parts): Context {
  const { world, base, trail } = parts
  return { ...parts, version: world.version, report: reporter(base, trail) }
}

/**
 * Reports with the calls that led to the problem. What is wrong inside an orb is shown where the config
 * calls it: people can only mend that.
 */
export function reporter(base: Report, trail: Trail | null): Report {
  return (code, at, message, hint) => {
    const { origin } = at.span
    const calls = trail !== null && matters(trail, at.span) ? trailText(trail) : undefined
    if (origin === undefined || origin.text === null)
      return base(code, { ...at, trail: calls }, message, hint)
    const line = lineOf(origin.text, at.span.start)
    const caller = { ...ownPlace(trail), trail: calls }
    base(code, caller, `${message} (line ${line} of the orb ${origin.name})`, hint)
  }
}

/**
 * Whether the calls say more than the place: not in the body of what takes no arguments, which is the same
 * for every caller, unless that is an orb's and so shown elsewhere.
 */
function matters({ depth, definition }: Trail, { start, end, origin }: Span): boolean {
  if (depth < 2) return false
  if (definition === null || definition.parameters.size > 0 || origin !== undefined) return true
  const body = definition.field.value.span
  return start < body.start || end > body.end
}

const lineOf = (text: string, offset: number): number => text.slice(0, offset).split('\n').length

/** The innermost call that the config itself makes. */
function ownPlace(trail: Trail | null): Place {
  for (let call = trail; call !== null; call = call.up)
    if ((call.at.span.origin?.text ?? null) === null) return call.at
  return place({ start: 0, end: 0 }, '')
}

const shownCalls = 8

/** `workflow w, job j, command c`: the outermost first, as they were called. */
function trailText(trail: Trail): string {
  const calls: string[] = []
  for (let call: Trail | null = trail; call !== null; call = call.up)
    calls.unshift(`${call.what} ${call.name}`)
  if (calls.length <= shownCalls) return calls.join(', ')
  return [...calls.slice(0, 4), '…', ...calls.slice(-3)].join(', ')
}
