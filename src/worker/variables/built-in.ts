import { derivedId } from '../../model/ids.ts'
import {
  branchOf,
  isFromFork,
  type Ref,
  type Scalar,
  type Trigger,
  tagOf,
} from '../../model/trigger.ts'
import type { BuildNumber } from '../../ports/build-numbers.ts'
import type { ClaimedTask } from '../../ports/tasks.ts'

type Variables = Readonly<Record<string, string>>

interface Run {
  readonly task: ClaimedTask
  readonly build: BuildNumber
  /** Where people reach the dashboard, without a slash at the end. */
  readonly publicUrl: string
}

/**
 * CircleCI's built-in variables, as far as there is something to say; what is unknown is not set. One is
 * ours: how often this job has been run, re-runs counted.
 */
export const builtIn = ({ task, build, publicUrl }: Run): Variables => ({
  CI: 'true',
  CIRCLECI: 'true',
  ...ofCommit(task.trigger),
  ...ofProject(task.trigger),
  ...ofPullRequest(task.trigger),
  ...ofBuild(task, build),
  CIRCLE_BUILD_URL: `${publicUrl}/jobs/${task.jobId}`,
  CIRCLE_JOB: task.jobName,
  CIRCLE_NODE_INDEX: String(task.index),
  CIRCLE_NODE_TOTAL: String(task.total),
  CIRCLE_USERNAME: task.trigger.actor.login,
  CIRCLE_WORKING_DIRECTORY: task.body.workingDirectory,
  SLUICE_ATTEMPT: String(task.attempt),
})

function ofCommit({ commit, ref, before, repository }: Trigger): Variables {
  const compared = before === null ? null : `${repository.webUrl}/compare/${before}...${commit.sha}`
  return {
    CIRCLE_SHA1: commit.sha,
    ...ofRef(ref),
    ...(compared === null ? {} : { CIRCLE_COMPARE_URL: compared }),
  }
}

/** Branch and tag exclude each other. */
const ofRef = (ref: Ref): Variables =>
  ref.kind === 'branch' ? { CIRCLE_BRANCH: branchOf(ref) } : { CIRCLE_TAG: tagOf(ref) }

/** Ids are made of what GitHub knows the project and its owner by, so that they stay the same. */
const ofProject = ({ repository }: Trigger): Variables => ({
  CIRCLE_PROJECT_ID: derivedId('project', String(repository.id)),
  CIRCLE_ORGANIZATION_ID: derivedId('organization', repository.owner.toLowerCase()),
  CIRCLE_PROJECT_REPONAME: repository.name,
  CIRCLE_PROJECT_USERNAME: repository.owner,
  CIRCLE_REPOSITORY_URL: repository.cloneUrl,
})

/** Of the pull request that started the pipeline, or those that were open when its branch was pushed. */
function ofPullRequest(trigger: Trigger): Variables {
  const urls = (trigger.pullRequests ?? []).map(({ url }) => url)
  const [first] = urls
  if (first === undefined) return {}
  const number = trigger.event.values['pull_request.number']
  return {
    CIRCLE_PULL_REQUEST: first,
    CIRCLE_PULL_REQUESTS: urls.join(','),
    ...(number === undefined ? {} : ofFork(trigger, number)),
  }
}

/** Whose repository the commits of a stranger's pull request are in. */
function ofFork(trigger: Trigger, number: Scalar): Variables {
  if (!isFromFork(trigger)) return {}
  const { values } = trigger.event
  const name = values['pull_request.head.repo.name']
  const owner = values['pull_request.head.repo.owner.login']
  return {
    CIRCLE_PR_NUMBER: String(number),
    ...(name === undefined ? {} : { CIRCLE_PR_REPONAME: String(name) }),
    ...(owner === undefined ? {} : { CIRCLE_PR_USERNAME: String(owner) }),
  }
}

const ofBuild = (task: ClaimedTask, { number, previous }: BuildNumber): Variables => ({
  CIRCLE_BUILD_NUM: String(number),
  ...(previous === null ? {} : { CIRCLE_PREVIOUS_BUILD_NUM: String(previous) }),
  CIRCLE_PIPELINE_ID: task.pipelineId,
  CIRCLE_PIPELINE_NUMBER: String(task.pipelineNumber),
  CIRCLE_WORKFLOW_ID: task.workflowId,
  CIRCLE_WORKFLOW_JOB_ID: task.jobId,
  CIRCLE_WORKFLOW_WORKSPACE_ID: task.workspaceId,
})
