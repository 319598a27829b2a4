import { expect, test } from 'vitest'
import { factsOf } from '../../src/compile/facts.ts'
import { pipelineId } from '../../src/model/ids.ts'
import { trigger } from '../support/builders.ts'

const id = pipelineId('11111111-2222-8333-8444-555555555555')

test('the facts of a push to a branch', () => {
  const facts = factsOf(trigger({ kind: 'branch', name: 'main' }), 7, id)
  expect(facts).toMatchObject({ ref: { kind: 'branch', name: 'main' }, sha: 'a'.repeat(40) })
  expect(facts.values).toMatchObject({
    'pipeline.id': id,
    'pipeline.number': 7,
    'pipeline.git.branch': 'main',
    'pipeline.git.branch.is_default': true,
    'pipeline.git.tag': '',
    'pipeline.git.base_revision': '',
    'pipeline.project.slug': 'gh/acme/shop',
    'pipeline.trigger_source': 'webhook',
  })
})

test('the facts of a tag', () => {
  const { values } = factsOf(trigger({ kind: 'tag', name: 'v1' }), 8, id)
  expect(values).toMatchObject({
    'pipeline.git.branch': '',
    'pipeline.git.tag': 'v1',
    'pipeline.git.branch.is_default': false,
  })
})
