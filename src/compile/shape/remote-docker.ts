import { type Field, type Fields, given, type Reading, versionText } from '../read/reader.ts'
import { flagOf, frame, optionsOf, type StepConfig } from './step-frame.ts'

/** Keys about where CircleCI keeps the Docker host, which mean nothing for a host of one's own. */
const hostKeys = ['prefer_same_region', 'reusable', 'exclusive'] as const

export function remoteDockerStep(field: Field, reading: Reading): StepConfig {
  const accepted = ['version', 'docker_layer_caching', ...hostKeys]
  const fields = optionsOf(field, accepted, reading)
  for (const key of hostKeys) flagOf(fields, key, reading)
  return {
    ...frame(field, fields, { name: 'setup_remote_docker' }, reading),
    type: 'setup_remote_docker',
    version: versionOf(fields, reading),
    dockerLayerCaching: flagOf(fields, 'docker_layer_caching', reading),
  }
}

function versionOf(fields: Fields | null, reading: Reading): string | null {
  const field = given(fields, 'version')
  return (field && versionText(field, reading)?.value) ?? null
}
