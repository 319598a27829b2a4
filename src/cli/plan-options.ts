import type { TriggerFacts } from '../compile/facts.ts'
import { WrongCall } from './failure.ts'
import type { PlanOptions } from './plan.ts'
import type { PlanFlags } from './plan-flags.ts'
import type { Wiring } from './wiring.ts'

/** Flags as `plan` takes them; reads the payload. Rejects with `WrongCall` when it is of no use. */
export async function planOptions(flags: PlanFlags, wiring: Wiring): Promise<PlanOptions> {
  const { json = false, branch = null, tag = null, event, param, sha = null, payload } = flags
  const facts = payload === undefined ? null : await payloadFacts(payload, wiring)
  return { json, branch, tag, event, sha, parameters: param, facts }
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
