import { describe, expect, test } from 'vitest'
import { factsOf } from '../../src/compile/facts.ts'
import { pipelineValues } from '../../src/compile/values/pipeline-values.ts'
import { pipelineId } from '../../src/model/ids.ts'
import type { EventFacts, Trigger } from '../../src/model/trigger.ts'
import { trigger } from '../support/builders.ts'

const id = pipelineId('11111111-2222-8333-8444-555555555555')
const sha = 'a'.repeat(40)

test('the facts of a push to a branch', () => {
  const facts = factsOf(trigger({ kind: 'branch', name: 'main' }), 7, id)
  expect(facts).toMatchObject({ ref: { kind: 'branch', name: 'main' }, sha })
  expect(facts.values).toMatchObject({
    'pipeline.id': id,
    'pipeline.number': 7,
    'pipeline.name': 'shop',
    'pipeline.git.branch': 'main',
    'pipeline.git.branch.is_default': true,
    'pipeline.git.tag': '',
    'pipeline.git.revision': sha,
    'pipeline.git.base_revision': '',
    'pipeline.git.repo_id': '11',
    'pipeline.git.ssh_checkout_url': 'git@github.example:acme/shop.git',
    'pipeline.git.commit.subject': 'work',
    'pipeline.git.commit.author_login': 'ann',
    'pipeline.project.slug': 'gh/acme/shop',
    'pipeline.project.type': 'github',
    'pipeline.project.git_url': 'https://github.example/acme/shop',
    'pipeline.integration_source': 'github_app',
    'pipeline.config.repository.name': 'shop',
    'pipeline.config.file_path': '.circleci/config.yml',
    'pipeline.config.ref': 'refs/heads/main',
    'pipeline.config.sha': sha,
    'pipeline.trigger_source': 'webhook',
    'pipeline.trigger.type': 'github_app',
    'pipeline.trigger.name': 'push',
    'pipeline.trigger.received_at': '1970-01-01T00:00:00.000Z',
    'pipeline.event.name': 'push',
    'pipeline.event.action': 'push',
    'pipeline.schedule.name': '',
    'pipeline.event.context.github.pr_url': '',
    'pipeline.trigger_parameters.circleci.event_type': 'push',
    'pipeline.trigger_parameters.circleci.event_time': '1970-01-01T00:00:00.000Z',
    'pipeline.trigger_parameters.github_app.ref': 'refs/heads/main',
    'pipeline.trigger_parameters.github_app.branch': 'main',
    'pipeline.trigger_parameters.github_app.checkout_sha': sha,
    'pipeline.trigger_parameters.github_app.user_id': '1',
    'pipeline.trigger_parameters.github_app.commit_message': 'work',
  })
})

test('the facts of a tag', () => {
  const { values } = factsOf(trigger({ kind: 'tag', name: 'v1' }), 8, id)
  expect(values).toMatchObject({
    'pipeline.git.branch': '',
    'pipeline.git.tag': 'v1',
    'pipeline.git.branch.is_default': false,
    'pipeline.config.ref': 'refs/tags/v1',
    'pipeline.trigger_parameters.github_app.ref': 'refs/tags/v1',
    'pipeline.trigger_parameters.github_app.branch': '',
  })
})

const valuesOf = (event: EventFacts, more: Partial<Trigger> = {}) =>
  factsOf({ ...trigger(), event, ...more }, 9, id).values

test('the facts of a schedule', () => {
  const schedule = { id: 'an-id', name: 'nightly', cron: '0 3 * * *', dueAt: 0, missed: 0 }
  expect(valuesOf({ name: 'schedule', action: 'schedule', values: {}, schedule })).toMatchObject({
    'pipeline.schedule.id': 'an-id',
    'pipeline.schedule.name': 'nightly',
    'pipeline.trigger.name': 'nightly',
    'pipeline.trigger.type': 'schedule',
    'pipeline.trigger_source': 'scheduled_pipeline',
    'pipeline.trigger_parameters.circleci.trigger_type': 'schedule',
  })
})

test('what the payload of a push and of a pull request adds', () => {
  const pushed = { 'head_commit.timestamp': '2026-01-02T03:04:05Z', 'sender.avatar_url': 'pic' }
  expect(valuesOf({ name: 'push', action: 'push', values: pushed })).toMatchObject({
    'pipeline.trigger_parameters.github_app.commit_timestamp': '2026-01-02T03:04:05Z',
    'pipeline.trigger_parameters.github_app.user_avatar': 'pic',
    'pipeline.git.commit.author_avatar_url': 'pic',
  })
  const pullRequests = [{ number: 3, url: 'https://github.example/acme/shop/pull/3' }]
  const opened = { name: 'pull_request', action: 'opened', values: {} } as const
  expect(valuesOf(opened, { pullRequests })).toMatchObject({
    'pipeline.event.context.github.pr_url': 'https://github.example/acme/shop/pull/3',
    'pipeline.trigger_parameters.circleci.event_type': 'pull_request',
  })
})

test('the picture of the sender is not that of another author', () => {
  const begun = trigger()
  const commit = { ...begun.commit, authorLogin: 'bob' }
  const event = { name: 'push', action: 'push', values: { 'sender.avatar_url': 'pic' } } as const
  const { values } = factsOf({ ...begun, commit, event }, 9, id)
  expect(values['pipeline.git.commit.author_avatar_url']).toBe('')
})

test('a call of the API has no trigger and no values of the App', () => {
  const names = Object.keys(valuesOf({ name: 'api', action: 'api', values: {} }))
  expect(names.filter((name) => /trigger\.(id|name)|github_app\./.test(name))).toEqual([])
})

describe.each(['push', 'pull_request', 'schedule', 'api'] as const)('the facts of %s', (name) => {
  const values = valuesOf({ name, action: name, values: {} })
  test('are values that can be asked for', () => {
    expect(Object.keys(values).filter((value) => !pipelineValues.has(value))).toEqual([])
  })
  test('are all there are, but those of the payload', () => {
    const wanted = [...pipelineValues].filter(([, { events }]) => events?.includes(name) ?? true)
    const absent = wanted.map(([value]) => value).filter((value) => !Object.hasOwn(values, value))
    expect(absent.filter((value) => !value.startsWith('pipeline.event.github.'))).toEqual([])
  })
})

test('one project and config file have one definition, others another', () => {
  const of = (path: string) => factsOf(trigger(), 1, id, path).values['pipeline.definition.id']
  expect(of('a.yml')).toBe(of('a.yml'))
  expect(of('a.yml')).not.toBe(of('b.yml'))
})
