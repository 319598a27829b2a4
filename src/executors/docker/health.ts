import { EnvironmentLost, type ExecutorHealth } from '../../ports/executor.ts'
import { numberAt, textAt } from './answer.ts'
import type { Engine } from './engine.ts'

/** Whether an engine answers, soon. */
export async function answers(find: () => Engine): Promise<boolean> {
  try {
    await find().call('GET', '/version', { timeoutMs: 3000 })
    return true
  } catch (error) {
    if (error instanceof EnvironmentLost) return false
    throw error
  }
}

/** What people are told about where jobs run. */
export async function healthOf(find: () => Engine): Promise<ExecutorHealth> {
  try {
    const engine = find()
    const version = await engine.call('GET', '/version', { timeoutMs: 10_000 })
    const info = await engine.call('GET', '/info', { timeoutMs: 10_000 })
    const cpus = numberAt(info, 'NCPU') ?? 'unknown'
    const storage = textAt(info, 'Driver') ?? 'unknown'
    return {
      isolation: 'container',
      summary: `Docker executor: steps run in containers of the engine ${textAt(version, 'Version') ?? 'of unknown version'} at ${engine.address} (CPUs: ${cpus}, storage: ${storage})`,
      warnings:
        storage === 'vfs'
          ? [
              'The Docker engine stores images with vfs, which copies the whole image for every container: jobs start slowly.',
            ]
          : [],
    }
  } catch (error) {
    if (!(error instanceof EnvironmentLost)) throw error
    const summary = `Docker executor: jobs cannot run: ${error.message}`
    return { isolation: 'container', summary, warnings: [summary] }
  }
}
