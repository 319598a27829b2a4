import { type Engine, EngineRefused } from './engine.ts'
import { labels } from './labels.ts'
import type { Owner } from './owner.ts'

/**
 * The network of all jobs of this data directory; made when missing. Its containers do not reach each
 * other: those of one job share one network stack and need not. One for all, since an engine has
 * addresses for some thirty networks only.
 */
export async function networkFor(engine: Engine, owner: Owner): Promise<string> {
  const name = `sluice-${owner.slice(0, 8)}`
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

async function exists(engine: Engine, name: string): Promise<boolean> {
  try {
    await engine.call('GET', `/networks/${name}`)
    return true
  } catch (error) {
    if (error instanceof EngineRefused && error.status === 404) return false
    throw error
  }
}
