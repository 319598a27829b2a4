const names = [
  'run',
  'checkout',
  'save_cache',
  'restore_cache',
  'persist_to_workspace',
  'attach_workspace',
  'store_artifacts',
  'store_test_results',
  'add_ssh_keys',
  'setup_remote_docker',
  'install_signing_bundle',
  'deploy',
] as const
/** What the orbs that are built in are made of; CircleCI has no such steps. */
const ownNames = ['continue_pipeline', 'filter_paths', 'combine_configs'] as const
export type BuiltInStep = (typeof names)[number] | (typeof ownNames)[number]

/** The steps that exist without any command being declared, for advice. */
export const builtInSteps: readonly string[] = names

const all: readonly string[] = [...names, ...ownNames]

export const isBuiltInStep = (name: string): name is BuiltInStep => all.includes(name)

/** What steps were called before version 2.1. */
const successors: ReadonlyMap<string, BuiltInStep> = new Map([
  ['shell', 'run'],
  ['setup_docker_engine', 'setup_remote_docker'],
  ['cache_save', 'save_cache'],
  ['cache_restore', 'restore_cache'],
  ['artifacts_store', 'store_artifacts'],
  ['test_results_store', 'store_test_results'],
])

/** The step of today that an old name stands for; hyphens and underscores were the same. */
export function successorOf(name: string): BuiltInStep | null {
  const plain = name.replaceAll('-', '_')
  if (name !== plain && isBuiltInStep(plain)) return plain
  return successors.get(plain) ?? null
}
