import { factsOf, type Source, type TriggerFacts } from '../compile/compile.ts'
import type { Effect } from '../model/effect.ts'
import type { Around, Event } from '../model/event.ts'
import type { Clock } from '../ports/clock.ts'
import { type GitHub, GitHubUnavailable, NoAccess } from '../ports/github.ts'
import type { Orbs } from '../ports/orbs.ts'
import { around } from './around.ts'
import { type CompileOnce, compileWithOrbs } from './compile-with-orbs.ts'
import type { LenientParts } from './lenient-settings.ts'
import { readOnDefaultBranch } from './on-default-branch.ts'

interface Parts extends LenientParts {
  readonly github: GitHub
  readonly clock: Clock
  readonly compile: CompileOnce
  readonly orbs: Orbs
}

/** Access that was given back a moment ago may not be known yet. */
const triesWithoutAccess = 5

const triesFor = (error: GitHubUnavailable): number =>
  error instanceof NoAccess ? triesWithoutAccess : triesAtMost

type CompileEffect = Extract<Effect, { readonly type: 'compile' }>

/** About an hour of retries; then the check says that GitHub did not give us the config. */
const triesAtMost = 60

/**
 * Compiles the config at the pipeline's commit, or the one that continues the pipeline, and says what
 * came of it.
 */
export async function compilePipeline(
  parts: Parts,
  effect: CompileEffect,
  tries: number,
): Promise<Event> {
  const about = { pipelineId: effect.pipelineId, at: parts.clock.now() }
  try {
    const [source, found] = await Promise.all([sourceOf(parts, effect), foundAround(parts, effect)])
    const declined = found?.declined ?? null
    if (declined !== null) return { ...about, type: 'declined', because: declined }
    return source === null
      ? { ...about, ...(await missing(parts, effect)) }
      : { ...about, ...(await compiled(parts, effect, { source, found })) }
  } catch (error) {
    if (!(error instanceof GitHubUnavailable) || tries + 1 < triesFor(error)) throw error
    const because = `GitHub did not give us ${parts.configPath}: ${error.message}`
    return { ...about, type: 'config-unavailable', because }
  }
}

/** A continuation is of a pipeline that asked before. */
const foundAround = (parts: Parts, { trigger, continuation }: CompileEffect) =>
  continuation === null ? around(parts, trigger) : null

/** Null: the commit has no config. A continuation brings its own. */
async function sourceOf(
  { github, configPath }: Parts,
  { trigger, continuation }: CompileEffect,
): Promise<Source | null> {
  if (continuation)
    return { text: continuation.text, file: continuation.file ?? `continuation of ${configPath}` }
  const text = await github.readFile(trigger.repository, trigger.commit.sha, configPath)
  return text === null ? null : { text, file: configPath }
}

/** Whether a commit without config is a mistake depends on the default branch having one. */
async function missing({ github, configPath }: Parts, { trigger }: CompileEffect) {
  const { repository } = trigger
  const there = await readOnDefaultBranch(github, repository, configPath)
  return { type: 'config-missing', path: configPath, expected: there !== null } as const
}

interface Ground {
  readonly source: Source
  readonly found: Around | null
}

async function compiled(parts: Parts, effect: CompileEffect, { source, found }: Ground) {
  const { repository, commit } = effect.trigger
  const vendored = (path: string) => parts.github.readFile(repository, commit.sha, path)
  const answer = await compileWithOrbs(source, factsFor(effect, parts, found), parts, vendored)
  const common = {
    continuation: effect.continuation !== null,
    ...(found !== null && { around: aroundOf(found) }),
  }
  return answer.kind === 'compiled'
    ? ({ ...common, type: 'compiled', plan: answer.plan } as const)
    : ({ ...common, type: 'rejected', diagnostics: answer.diagnostics } as const)
}

const aroundOf = ({ pullRequests, cancelsOlder, onlyBuildPullRequests }: Around): Around => ({
  pullRequests,
  cancelsOlder,
  onlyBuildPullRequests,
})

function factsFor(
  effect: CompileEffect,
  { configPath }: Parts,
  found: Around | null,
): TriggerFacts {
  const { trigger: told, number, pipelineId, continuation } = effect
  const trigger = found === null ? told : { ...told, pullRequests: found.pullRequests }
  const facts = factsOf(trigger, number, pipelineId, configPath)
  return continuation ? { ...facts, continuation } : facts
}
