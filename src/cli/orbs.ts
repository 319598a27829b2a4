import { diagnose, type Examined, examine } from '../compile/compile.ts'
import type { TriggerFacts } from '../compile/facts.ts'
import { withOrbs } from '../compile/with-orbs.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { ConfigFile, ConfigIo } from './config-io.ts'

/** `offline`: what is not vendored or cached on this machine is opaque. */
export interface OrbAccess {
  readonly offline: boolean
}

/** What an event makes of a config, with the orbs that it needs. For every command but `validate`. */
export const examineWithOrbs = (
  config: ConfigFile,
  facts: TriggerFacts,
  io: ConfigIo,
  access: OrbAccess,
): Promise<Examined> =>
  driven(config, io, access, (orbs) => examine(config, facts, { regex: io.regex, orbs }))

/** Every finding about a config, without the network. */
export const diagnoseOffline = (config: ConfigFile, io: ConfigIo): Promise<readonly Diagnostic[]> =>
  driven(config, io, { offline: true }, (orbs) => diagnose(config, { regex: io.regex, orbs }))

async function driven<Answer>(
  config: ConfigFile,
  io: ConfigIo,
  access: OrbAccess,
  attempt: Parameters<typeof withOrbs<Answer>>[0],
): Promise<Answer> {
  const asking = withOrbs(attempt)
  const vendored = (path: string) => io.vendored(config.file, path)
  let step = asking.next()
  while (!step.done) {
    // Only now: a config without orbs does not wait for what fetches them.
    const orbs = await io.orbs(access)
    const answers = await Promise.all(step.value.map((one) => orbs.fetch(one, vendored)))
    step = asking.next(answers)
  }
  return step.value
}
