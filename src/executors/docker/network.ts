import { type Engine, EngineRefused } from './engine.ts'
import { labels } from './labels.ts'
import type { Owner } from './owner.ts'

/**
 * The network of all jobs of this data directory; made when missing. Its containers do not reach each
 * other: those of one job share one network stack and need not. One for all, since an engine has
 * addresses for some thirty networks only.
 */
export async function networkFor(engine: Engine, owner: Owner): Promise<string> {
  const name = nameOf(owner)
  if (await exists(engine, name)) return name
  const body = {
    Name: name,
    Driver: 'bridge',
    CheckDuplicate: true,
    Options: { 'com.docker.network.bridge.enable_icc': 'false' },
    Labels: { [labels.owner]: owner },
  }
  try {
    await engine.call('POST', '/networks/create', { body })
  } catch (error) {
    // 409: another process was faster.
    if (!(error instanceof EngineRefused && error.status === 409)) throw error
  }
  return name
}

/**
 * Gives the addresses back, unless jobs of another process run in it; they find it again or make it anew.
 */
export async function removeNetwork(engine: Engine, owner: Owner): Promise<void> {
  try {
    await engine.call('DELETE', `/networks/${nameOf(owner)}`)
  } catch (error) {
    // 403, 409: something is connected to it.
    if (!(error instanceof EngineRefused && [403, 404, 409].includes(error.status))) throw error
  }
}

const nameOf = (owner: Owner): string => `sluice-${owner.slice(0, 8)}`

async function exists(engine: Engine, name: string): Promise<boolean> {
  try {
    await engine.call('GET', `/networks/${name}`)
    return true
  } catch (error) {
    if (error instanceof EngineRefused && error.status === 404) return false
    throw error
  }
}
