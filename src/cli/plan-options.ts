import type { TriggerFacts } from '../compile/facts.ts'
import type { EventOptions } from './event.ts'
import { WrongCall } from './failure.ts'
import type { PlanFlags } from './plan-flags.ts'
import type { Wiring } from './wiring.ts'

/** The flags about an event, understood; reads the payload. Rejects with `WrongCall` when it is of no use. */
export async function eventOptions(flags: PlanFlags, wiring: Wiring): Promise<EventOptions> {
  const { branch = null, tag = null, event, param, sha = null, payload, offline = false } = flags
  const facts = payload === undefined ? null : await payloadFacts(payload, wiring)
  return { branch, tag, event, sha, parameters: param, facts, offline }
}

async function payloadFacts(file: string, wiring: Wiring): Promise<TriggerFacts> {
  const facts = await wiring.payloadFacts(await readJson(file, wiring))
  if (!facts.ok) throw new WrongCall(`${file} starts no pipeline: ${facts.problem}`)
  return facts.value
}

async function readJson(file: string, { io }: Wiring): Promise<unknown> {
  try {
    return JSON.parse(await io.readFile(file))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new WrongCall(`cannot read the payload ${file}: ${reason}`, { cause })
  }
}
