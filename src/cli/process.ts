import { explain } from '../compile/explain.ts'
import { processed } from '../compile/process/process.ts'
import { visible } from '../compile/visible.ts'
import { hasErrors } from '../model/diagnostic.ts'
import { type ConfigIo, exitCodes, readConfigs } from './config-io.ts'
import { type EventOptions, eventFacts } from './event.ts'
import { examineWithOrbs } from './orbs.ts'

/**
 * What a pipeline would be told when it is created, as CircleCI's own tool makes it up: without these,
 * texts that name them could not be written out. Other values that nobody gave are empty.
 */
const standIns = { 'pipeline.id': '00000000-0000-0000-0000-000000000001', 'pipeline.number': 1 }

/**
 * `sluice process`: the config as the version-2 YAML that it stands for, for an event. Exit 1 if it has
 * errors, or needs orbs that are not at hand.
 */
export async function process(
  file: string | null,
  options: EventOptions,
  io: ConfigIo,
): Promise<number> {
  const given = await eventFacts(options, io)
  const facts = { ...given, values: { ...standIns, ...given.values } }
  const { found } = await readConfigs(file === null ? [] : [file], io)
  const config = found[0]
  if (config === undefined) return exitCodes.usage
  const { diagnostics, resolved } = await examineWithOrbs(config, facts, io, options)
  for (const diagnostic of diagnostics) io.stderr(explain(diagnostic, config.text))
  if (resolved === null || hasErrors(diagnostics)) return exitCodes.no
  const form = processed(resolved)
  if (form.kind === 'opaque') {
    const orbs = visible(form.orbs.join(', '))
    io.stderr(`sluice: without these orbs nobody can tell what the config stands for: ${orbs}`)
    return exitCodes.no
  }
  if (resolved.workflows.every(({ gate }) => gate.open !== true))
    io.stderr('sluice: no workflow has a condition that this event meets, so that none is left')
  io.stdout(form.text.replace(/\n$/, ''))
  return exitCodes.yes
}
