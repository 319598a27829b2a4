import { describe, expect, test } from 'vitest'
import { factsOf } from '../../../src/compile/facts.ts'
import { pipelineScope } from '../../../src/compile/values/pipeline-scope.ts'
import { pipelineValues } from '../../../src/compile/values/pipeline-values.ts'
import { pipelineId } from '../../../src/model/ids.ts'
import type { EventFacts } from '../../../src/model/trigger.ts'
import { trigger } from '../../support/builders.ts'
import { regex, tag } from '../support.ts'
import { facts, nodesOf, pipeline } from './support.ts'

const options = { regex, withParameters: true }
const eventNames = ['push', 'pull_request', 'schedule', 'api'] as const

/** What each kind of event has, beside what all have: the table of pipeline values. */
const table: Readonly<Record<string, readonly EventFacts['name'][]>> = {
  'pipeline.trigger.id': ['push', 'pull_request', 'schedule'],
  'pipeline.trigger.name': ['push', 'pull_request', 'schedule'],
  'pipeline.event.github.after': ['push'],
  'pipeline.event.github.ref': ['push'],
  'pipeline.event.github.head_commit.url': ['push'],
  'pipeline.event.github.pull_request.number': ['pull_request'],
  'pipeline.event.github.pull_request.title': ['pull_request'],
  'pipeline.event.github.pull_request.draft': ['pull_request'],
  'pipeline.event.github.pull_request.merged': ['pull_request'],
  'pipeline.event.github.pull_request.url': ['pull_request'],
  'pipeline.event.github.pull_request.base.ref': ['pull_request'],
  'pipeline.event.github.pull_request.base.sha': ['pull_request'],
  'pipeline.event.github.pull_request.head.ref': ['pull_request'],
  'pipeline.event.github.pull_request.head.sha': ['pull_request'],
  'pipeline.event.github.label.name': [],
  'pipeline.event.github.comment.body': [],
  'pipeline.event.github.sender.type': ['push', 'pull_request'],
  'pipeline.event.github.sender.login': ['push', 'pull_request'],
  'pipeline.event.github.sender.avatar_url': ['push', 'pull_request'],
  'pipeline.event.github.repository.name': ['push', 'pull_request'],
  'pipeline.event.github.repository.url': ['push', 'pull_request'],
  'pipeline.event.github.repository.owner.login': ['push', 'pull_request'],
  'pipeline.event.context.github.pr_url': ['push', 'pull_request'],
  'pipeline.trigger_parameters.webhook.body': [],
  'pipeline.deploy.component_name': [],
  'pipeline.trigger_parameters.github_app.ref': ['push', 'pull_request'],
  'pipeline.trigger_parameters.github_app.commit_author_name': ['push', 'pull_request'],
}
const everywhere = [
  'id number name definition.id trigger_source integration_source',
  'project.git_url project.type project.slug schedule.name schedule.id',
  'git.branch git.tag git.branch.is_default git.revision git.base_revision git.ssh_checkout_url',
  'git.repo_url git.repo_owner git.repo_name git.repo_id',
  'git.commit.url git.commit.subject git.commit.body git.commit.author_login',
  'git.commit.author_name git.commit.author_email git.commit.author_avatar_url',
  'config.repository.name config.repository.url config.file_path config.ref config.sha',
  'trigger.type trigger.received_at event.name event.action',
  'trigger_parameters.circleci.trigger_type trigger_parameters.circleci.event_time',
  'trigger_parameters.circleci.event_type',
].flatMap((line) => line.split(' ').map((name) => `pipeline.${name}`))

describe.each(eventNames)('the event %s', (name) => {
  const action = name === 'pull_request' ? 'opened' : name
  const begun = { ...trigger(), event: { name, action, values: {} } }
  const real = factsOf(begun, 7, pipelineId('11111111-2222-8333-8444-555555555555'))
  const scope = pipelineScope(real, new Map(), options)

  test.each(everywhere)('has %s', (value) => {
    expect(scope.find(value).kind).toBe('fact')
  })
  test.each(Object.entries(table))('has %s if it is one of %j', (value, events) => {
    const found = scope.find(value)
    if (events.includes(name)) expect(found.kind).toBe('fact')
    else expect(found).toMatchObject({ kind: 'missing', code: 'value-absent' })
  })
})

test('the tables here name every kind of value', () => {
  const known = new Set([...everywhere, ...Object.keys(table)])
  const others = [...pipelineValues.keys()].filter((name) => !known.has(name))
  const groups = new Set(others.map((name) => name.split('.').slice(0, 3).join('.')))
  expect([...groups].toSorted()).toEqual([
    'pipeline.deploy.current_version',
    'pipeline.deploy.environment_name',
    'pipeline.deploy.namespace',
    'pipeline.deploy.reason',
    'pipeline.deploy.target_version',
    'pipeline.trigger_parameters.github_app',
  ])
})

describe('values', () => {
  test('an absent one names the event, and what to ask first', () => {
    const name = 'pipeline.event.github.pull_request.number'
    expect(pipeline().find(name)).toEqual({
      kind: 'missing',
      code: 'value-absent',
      message: `${name} has no value for this event, which is push`,
      hint: 'Ask for the event first: pipeline.event.name == "pull_request" and ….',
    })
  })
  test('a label is there when it was put on', () => {
    const name = 'pipeline.event.github.label.name'
    const of = (action: string, values = {}) =>
      pipeline('{}', { event: { name: 'pull_request', action, values } }).find(name)
    expect(of('labeled', { 'label.name': 'deploy' })).toEqual({ kind: 'fact', value: 'deploy' })
    expect(of('opened')).toMatchObject({
      message: `${name} has no value for this event, which is pull_request (opened)`,
      hint: 'Ask for the event first: pipeline.event.action == "labeled" and ….',
    })
  })
  test('what exists and is empty is empty, of its type', () => {
    const event = { name: 'pull_request', action: 'opened', values: {} } as const
    const of = (name: string) =>
      pipeline('{}', { event }).find(`pipeline.event.github.pull_request.${name}`)
    expect(of('title')).toEqual({ kind: 'fact', value: '' })
    expect(of('draft')).toEqual({ kind: 'fact', value: false })
  })
  test('on the command line what was not said is not known', () => {
    const scope = pipeline('{}', { values: {}, ref: tag('v1') })
    expect(scope.find('pipeline.number')).toEqual({ kind: 'unknown' })
    expect(scope.find('pipeline.git.tag')).toEqual({ kind: 'fact', value: 'v1' })
    expect(scope.find('pipeline.git.branch')).toEqual({ kind: 'fact', value: '' })
    expect(scope.find('pipeline.trigger_source')).toEqual({ kind: 'fact', value: 'webhook' })
    expect(scope.find('pipeline.event.github.label.name').kind).toBe('missing')
  })
  test.each([
    ['push', 'webhook', 'github_app'],
    ['pull_request', 'webhook', 'github_app'],
    ['schedule', 'scheduled_pipeline', 'schedule'],
    ['api', 'api', 'api'],
  ] as const)('the source of %s is %s, its type %s', (name, source, type) => {
    const scope = pipeline('{}', { event: { name, action: name, values: {} } })
    expect(scope.find('pipeline.trigger_source')).toEqual({ kind: 'fact', value: source })
    expect(scope.find('pipeline.trigger.type')).toEqual({ kind: 'fact', value: type })
  })
  test('fields of a payload that are no values cannot be asked for', () => {
    const event = { name: 'push', action: 'push', values: { secret: 'x' } } as const
    const found = pipeline('{}', { event }).find('pipeline.event.github.secret')
    expect(found).toMatchObject({ kind: 'missing', code: 'unknown-value' })
  })
  test.each(['constructor', '__proto__', 'toString'])('%s is no value', (name) => {
    expect(pipeline().find(name).kind).toBe('missing')
    expect(pipeline().find(`pipeline.${name}`).kind).toBe('missing')
    expect(pipeline().find(`pipeline.parameters.${name}`).kind).toBe('missing')
    expect(pipeline().find(`pipeline.event.github.${name}`).kind).toBe('missing')
  })
})

describe('without an event', () => {
  const given = nodesOf('{p: 1}')
  test('values exist and are not known, parameters are', () => {
    const scope = pipelineScope(facts(), given, { ...options, eventUnknown: true })
    expect(scope.find('pipeline.git.branch')).toEqual({ kind: 'unknown' })
    expect(scope.find('pipeline.event.github.pull_request.number')).toEqual({ kind: 'unknown' })
    expect(scope.find('pipeline.parameters.p').kind).toBe('value')
    expect(scope.find('pipeline.git.brunch').kind).toBe('missing')
  })
  test('nothing is known', () => {
    const scope = pipelineScope(facts(), given, { ...options, allUnknown: true })
    expect(scope.find('pipeline.git.branch')).toEqual({ kind: 'unknown' })
    expect(scope.find('pipeline.parameters.p')).toEqual({ kind: 'unknown' })
    expect(scope.find('pipeline.parameters.q').kind).toBe('missing')
  })
})

describe('parameters', () => {
  test('inside an orb they are not to be seen', () => {
    const scope = pipelineScope(facts(), nodesOf('{p: 1}'), { ...options, withParameters: false })
    expect(scope.find('pipeline.parameters.p')).toMatchObject({
      kind: 'missing',
      code: 'undeclared-argument',
      message: expect.stringMatching(/declared parameters: pipeline\.parameters\.p.*orb/),
    })
    expect(scope.find('pipeline.number').kind).toBe('fact')
    expect([...scope.names()].some((name) => name.includes('parameters.p'))).toBe(false)
  })
  test('those of a job where there is none', () => {
    expect(pipeline('{p: 1}').find('parameters.p')).toMatchObject({
      code: 'undeclared-argument',
      message: 'Arguments referenced without declared parameters: parameters.p',
      hint: 'Did you mean pipeline.parameters.p?',
    })
  })
  test('one name may begin another', () => {
    const scope = pipeline()
    expect(scope.find('pipeline.git.branch').kind).toBe('fact')
    expect(scope.find('pipeline.git.branch.is_default').kind).toBe('fact')
    expect(scope.find('pipeline.git').kind).toBe('missing')
  })
})
