import type { Service } from '../../ports/executor.ts'
import { listAt, textAt } from './answer.ts'
import { type Engine, EngineRefused } from './engine.ts'
import { framesOf } from './frames.ts'
import { filterFor, labels } from './labels.ts'
import type { Owner } from './owner.ts'

/** The service containers of an environment, in the order of the config. */
export async function servicesOf(
  engine: Engine,
  owner: Owner,
  id: string,
): Promise<readonly Service[]> {
  const found = await engine.call('GET', `/containers/json?all=1&filters=${filterFor(owner, id)}`)
  return listAt(found)
    .map((one) => ({
      container: textAt(one, 'Id') ?? '',
      place: Number(/^service-(\d+)$/.exec(textAt(one, 'Labels', labels.role) ?? '')?.[1]),
      title: textAt(one, 'Labels', labels.title) ?? '',
    }))
    .filter((one) => one.place > 0)
    .toSorted((one, other) => one.place - other.place)
    .map(({ title, container }) => ({ title, log: (options) => logOf(engine, container, options) }))
}

/** A service whose container is gone has no log any more. */
async function* logOf(
  engine: Engine,
  container: string,
  { from, signal }: { readonly from: number; readonly signal: AbortSignal },
): AsyncGenerator<Uint8Array> {
  let skip = from
  try {
    const path = `/containers/${container}/logs?stdout=1&stderr=1&follow=1`
    for await (const { bytes } of framesOf(await engine.stream('GET', path, { signal }))) {
      const rest = bytes.subarray(skip)
      skip = Math.max(0, skip - bytes.length)
      if (rest.length > 0) yield rest
    }
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof EngineRefused && [404, 409].includes(error.status))) throw error
  }
}
