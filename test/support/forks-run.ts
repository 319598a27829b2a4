import { localIn } from './executors.ts'

/** Whether this machine can keep jobs of forks from what is not theirs; elsewhere Sluice refuses to run them. */
export const forksRun: boolean = await (async () => {
  const local = await localIn()
  const { isolation } = await local.executor.health()
  await local.close()
  if (isolation === 'sandbox') return true
  console.info(`tests that run jobs of forks are skipped: isolation is ${isolation}`)
  return false
})()
