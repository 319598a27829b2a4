import { expect, test } from 'vitest'
import { fakeExecutor } from '../../src/executors/fake.ts'
import { EnvironmentLost } from '../../src/ports/executor.ts'
import { exited, never, ran, specOf, stepOf, tarOf, untar } from '../support/executors.ts'

const environment = () => fakeExecutor().prepare(specOf(), never)

test('commands are named, not run', async () => {
  const end = await ran(await environment(), stepOf('npm ci\nnpm test'))
  expect(end).toEqual({ output: 'not run: npm ci\nnot run: npm test\n', outcome: exited(0) })
})

test('a variable may tell what to do instead of the script', async () => {
  const step = stepOf('npm test', { env: { SLUICE_FAKE: 'print told; exit 2' } })
  expect(await ran(await environment(), step)).toEqual({ output: 'told\n', outcome: exited(2) })
})

test('a step can be lost, or not even start', async () => {
  const job = await environment()
  expect((await ran(job, stepOf('lost'))).outcome).toMatchObject({ kind: 'lost' })
  expect((await ran(job, stepOf('lost the disk burnt'))).outcome).toEqual({
    kind: 'lost',
    because: 'the disk burnt',
  })
  await expect(ran(job, stepOf('fail-to-start'))).rejects.toThrow(EnvironmentLost)
})

test('calls in the wrong order are an error', async () => {
  const job = await environment()
  await job.dispose()
  await expect(ran(job, stepOf('exit 0'))).rejects.toThrow('after dispose')
  await expect(job.signal('x', 'SIGKILL')).rejects.toThrow('after dispose')
  await expect(job.putTar('/tmp', tarOf({}))).rejects.toThrow('after dispose')
  await expect(job.getTar('/tmp', ['.'])).rejects.toThrow('after dispose')
  await expect(job.listFiles('/tmp')).rejects.toThrow('after dispose')
})

test('a file that no command could make is made up', async () => {
  const job = await environment()
  expect(await untar(await job.getTar('~/project', ['build.log']))).toEqual({ 'build.log': '' })
})
