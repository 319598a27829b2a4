import { compile, factsOf } from '../compile/compile.ts'
import type { Effect } from '../model/effect.ts'
import type { Event } from '../model/event.ts'
import type { Clock } from '../ports/clock.ts'
import { type GitHub, GitHubUnavailable } from '../ports/github.ts'
import type { Regex } from '../ports/regex.ts'

interface Parts {
  readonly github: GitHub
  readonly clock: Clock
  readonly regex: Regex
  readonly configPath: string
}

type CompileEffect = Extract<Effect, { readonly type: 'compile' }>

/** About an hour of retries; then the check says that GitHub did not give us the config. */
const triesAtMost = 60

/** Fetches the config at the pipeline's commit, compiles it, and says what came of it. */
export async function compilePipeline(
  parts: Parts,
  effect: CompileEffect,
  tries: number,
): Promise<Event> {
  const about = { pipelineId: effect.pipelineId, at: parts.clock.now() }
  try {
    const text = await fetchConfig(parts, effect)
    return text === null
      ? { ...about, ...(await missing(parts, effect)) }
      : { ...about, ...compiled(parts, effect, text) }
  } catch (error) {
    if (!(error instanceof GitHubUnavailable) || tries + 1 < triesAtMost) throw error
    const because = `GitHub did not give us ${parts.configPath}: ${error.message}`
    return { ...about, type: 'config-unavailable', because }
  }
}

const fetchConfig = (parts: Parts, { trigger }: CompileEffect): Promise<string | null> =>
  parts.github.readFile(trigger.repository, trigger.commit.sha, parts.configPath)

/** Whether a commit without config is a mistake depends on the default branch having one. */
async function missing({ github, configPath }: Parts, { trigger }: CompileEffect) {
  const { repository } = trigger
  const there = await github.readFile(repository, repository.defaultBranch, configPath)
  return { type: 'config-missing', path: configPath, expected: there !== null } as const
}

function compiled({ regex, configPath }: Parts, effect: CompileEffect, text: string) {
  const { trigger, number, pipelineId } = effect
  const answer = compile({ text, file: configPath }, factsOf(trigger, number, pipelineId), {
    regex,
  })
  return answer.kind === 'compiled'
    ? ({ type: 'compiled', plan: answer.plan } as const)
    : ({ type: 'rejected', diagnostics: answer.diagnostics } as const)
}
