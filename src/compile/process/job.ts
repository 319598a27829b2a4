import type { DockerImage, RegistryAuth, RunsIn } from '../../model/plan.ts'
import { unreachable } from '../../model/result.ts'
import type { BoundJob } from '../resolve/jobs/bind.ts'
import type { JobConfig } from '../shape/job.ts'
import { type Document, unlessEmpty, type Value, written } from './document.ts'
import { stepDocument } from './step.ts'

/** The entry of a job under `jobs`; null for an approval, which needs none. */
export function jobDocument({ type, body, invocation }: BoundJob): Document | null {
  if (type === 'approval') return null
  if (body !== null) return body.type === 'build' ? bodyDocument(body) : idleDocument(body)
  // The entry and exits of a job group have no body.
  return written({ type, key: isLock(type) ? invocation.serialGroup : null })
}

export const isLock = (type: BoundJob['type']): boolean => type === 'lock' || type === 'unlock'

const idleDocument = ({ type, key, planName }: JobConfig): Document =>
  written({ type, key, plan_name: planName })

function bodyDocument(job: JobConfig): Document {
  const { parallelism, cacheRetentionDays: days, steps, executors } = job
  return written({
    ...(executors[0] === undefined ? {} : placeDocument(executors[0].value)),
    resource_class: job.resourceClass,
    shell: job.shell,
    working_directory: job.workingDirectory,
    environment: unlessEmpty(job.environment),
    parallelism: parallelism?.value ?? null,
    retention: days === null ? null : { caches: `${days}d` },
    steps: steps?.value.map(stepDocument) ?? [],
  })
}

/** Where a job runs, by the key of its kind. */
function placeDocument(runsIn: RunsIn): Record<string, Value> {
  switch (runsIn.kind) {
    case 'docker':
      return { docker: runsIn.images.map(imageDocument) }
    case 'machine':
      return { machine: machineDocument(runsIn) }
    case 'macos':
      return { macos: { xcode: runsIn.xcode } }
    default:
      return unreachable(runsIn)
  }
}

const machineDocument = ({
  image,
  dockerLayerCaching,
}: Extract<RunsIn, { kind: 'machine' }>): Value =>
  image === null && !dockerLayerCaching
    ? true
    : written({ image, docker_layer_caching: dockerLayerCaching || null })

const imageDocument = (image: DockerImage): Document =>
  written({
    image: image.image,
    name: image.name,
    entrypoint: image.entrypoint,
    command: image.command,
    user: image.user,
    environment: unlessEmpty(image.environment),
    ...(image.auth === null ? {} : authDocument(image.auth)),
  })

function authDocument(auth: RegistryAuth): Record<string, Value> {
  switch (auth.kind) {
    case 'password':
      return { auth: { username: auth.username, password: auth.password } }
    case 'aws':
      return {
        aws_auth: {
          aws_access_key_id: auth.accessKeyId,
          aws_secret_access_key: auth.secretAccessKey,
        },
      }
    case 'aws-oidc':
      return { aws_auth: { oidc_role_arn: auth.roleArn } }
    case 'gcp-oidc':
      return {
        gcp_auth: {
          oidc_service_account: auth.serviceAccount,
          workload_identity_pool: auth.identityPool,
          workload_identity_provider: auth.identityProvider,
        },
      }
    default:
      return unreachable(auth)
  }
}
