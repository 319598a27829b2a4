import { expect, test } from 'vitest'
import { formatExternalId, parseExternalId } from '../../src/github/external-id.ts'
import { jobId, pipelineId, workflowId } from '../../src/model/ids.ts'
import { uuid } from '../support/runs.ts'

const job = {
  pipelineId: pipelineId(uuid('a')),
  workflowId: workflowId(uuid('b')),
  jobId: jobId(uuid('c')),
  sequence: 3,
}
const pipeline = { ...job, workflowId: null, jobId: null }

test.each([job, pipeline])('an external id is read back as it was written: %o', (id) => {
  expect(parseExternalId(formatExternalId(id))).toEqual(id)
})

test('the ids have the documented shape', () => {
  expect(formatExternalId(job)).toBe(`${uuid('a')}/${uuid('b')}/${uuid('c')}/3`)
  expect(formatExternalId(pipeline)).toBe(`${uuid('a')}/sluice/3`)
})

test.each([
  '',
  'x',
  `${uuid('a')}/sluice/`,
  `${uuid('a')}/sluice/03`,
  `${uuid('a')}/sluice/-1`,
  `${uuid('a')}/sluice/1e3`,
  `${uuid('a')}/other/1`,
  `${uuid('a')}/1`,
  `${uuid('a')}/sluice/${uuid('c')}/1`,
  `${uuid('a')}/${uuid('b')}/${uuid('c')}/${uuid('d')}/1`,
  `${uuid('a').toUpperCase()}/sluice/1`,
  `${uuid('a')}/${uuid('b')}/../1`,
  ` ${uuid('a')}/sluice/1`,
])('what Sluice did not write is not read: %s', (text) => {
  expect(parseExternalId(text)).toBeNull()
})
