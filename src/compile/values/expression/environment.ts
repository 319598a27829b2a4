/** What the commonest built-in variables are called while a config is compiled. */
const instead: Readonly<Record<string, string>> = {
  CIRCLE_BRANCH: 'pipeline.git.branch',
  CIRCLE_TAG: 'pipeline.git.tag',
  CIRCLE_SHA1: 'pipeline.git.revision',
  CIRCLE_PIPELINE_ID: 'pipeline.id',
  CIRCLE_PIPELINE_NUMBER: 'pipeline.number',
  CIRCLE_PROJECT_REPONAME: 'pipeline.git.repo_name',
  CIRCLE_PROJECT_USERNAME: 'pipeline.git.repo_owner',
  CIRCLE_REPOSITORY_URL: 'pipeline.git.repo_url',
}

/** What to do instead of asking for an environment variable. */
export function environmentHint(variable: string): string {
  const name = Object.hasOwn(instead, variable) ? instead[variable] : undefined
  if (name !== undefined) return `Use ${name}.`
  return 'Use a pipeline value or parameter, let a step decide with `circleci-agent step halt`, or let a setup workflow choose.'
}

/** A name that can only be meant as an environment variable: `env.X`, or upper case without a dot. */
export const environmentName = (name: string): string | null =>
  /^env\.(\w+)$/.exec(name)?.[1] ?? (/^[A-Z][A-Z0-9]*_[A-Z0-9_]+$/.test(name) ? name : null)
