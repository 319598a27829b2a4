import type { Severity } from '../model/diagnostic.ts'

/**
 * Every code that a diagnostic can carry: how grave it is, and one line on what it stands for.
 * A code is searchable in the source, in `sluice explain` and in the tests; it never changes meaning.
 */
export const codes = {
  // Text and YAML
  'too-large': error('the file is larger than Sluice reads'),
  'yaml-syntax': error('the text is not YAML'),
  'yaml-documents': error('the file holds more than one YAML document'),
  'yaml-key': error('a key is not plain text'),
  'yaml-tag': warning('a YAML tag that has no meaning here'),
  'yaml-merge': error('a merge key does not name a map'),
  'yaml-nul': error('a text holds a NUL character'),
  'duplicate-key': error('a key stands twice in one map'),
  'unknown-alias': error('an alias names an anchor that is not defined above it'),
  'recursive-alias': error('an anchor contains itself'),
  'too-deep': error('values are nested too deeply'),
  'unused-anchor': hint('an anchor that no alias refers to'),
  'too-many-aliases': error('aliases multiply the file beyond all measure'),
  'nbsp-indentation': warning('lines are indented with non-breaking spaces'),

  // Shape
  'empty-config': error('the file holds no configuration'),
  'wrong-type': error('a value of another type is needed'),
  'missing-key': error('a required key is missing'),
  'unknown-key': error('a key that means nothing here'),
  'unknown-top-level-key': info('a top-level key that is ignored'),
  'ignored-key': warning('a key that is accepted and has no effect'),
  unsupported: warning('a feature that is accepted, and that Sluice cannot give'),
  deprecated: warning('an old form that still works'),
  'numeric-text': warning('a number without quotes where a text is meant'),
  'needs-2.1': error('a feature of version 2.1 in a version 2 config'),
  version: error('the version is missing or unknown'),
  'workflows-version': hint('`version` under `workflows` where it is not wanted or missing'),
  'bad-name': error('a name that cannot be used'),
  'bad-value': error('a value that is not allowed here'),
  'environment-name': warning('a name that shells cannot read as a variable'),
  'step-keys': error('a step with several keys'),
  'unknown-step': error('a step that does not exist'),
  'old-step': error('a step of version 2 that version 2.1 no longer has'),
  'empty-command': error('a command without text'),
  'checkout-depth': error('a depth that does not fit the way of checking out'),
  'step-reruns': error('automatic reruns of a step that cannot be had'),
  'resource-class': warning('a resource class that does not exist'),
  'pointless-parallelism': hint('`parallelism: 1` is the default'),

  // Jobs and workflows
  'no-executor': error('a job does not say where it runs'),
  'two-executors': error('a job says twice where it runs'),
  'no-steps': error('a job has no steps'),
  'ignored-steps': warning('steps on a job that runs nothing'),
  'duplicate-job': error('two jobs whose names differ only in case'),
  'unused-job': warning('a job that no workflow uses'),
  'no-workflow': error('neither a workflow nor a job named build'),
  'empty-workflow': error('a workflow without jobs'),
  'unknown-job': error('a workflow names a job that does not exist'),
  'unknown-executor': error('an executor that does not exist'),
  'missing-argument': error('a required argument is missing'),
  'argument-type': error('an argument of another type than declared'),
  'enum-value': error('an argument that is none of those allowed'),
  'bad-default': error('a default of another type than declared'),
  'reserved-parameter': error('a parameter with a name that every job has'),
  'recursive-command': error('commands that call themselves'),
  matrix: error('a matrix that cannot be expanded'),
  'matrix-exclude': warning('an exclusion that excludes nothing'),
  'job-group': error('a job group used in a way that is not possible'),
  'serial-group': error('a name that a serial group cannot have'),
  'when-and-unless': error('a workflow with both when and unless'),
  'max-auto-reruns': error('more automatic re-runs than are possible'),
  schedule: error('a schedule that cannot be followed'),
  setup: error('a setup config that cannot be continued'),
  'conflicting-parameters': error('a parameter given by the trigger and by the continuation'),
  'too-many-contexts': error('more contexts than one config can name'),
  'unused-element': warning('a command, executor or orb that nothing uses'),
  'orb-missing': error('an orb that cannot be had'),
  'orb-opaque': warning('an orb that was not looked for'),
  'unexpected-argument': error('an argument that the job does not take'),
  'invocation-keys': error('one item of a workflow names several jobs'),
  'job-type': error('a type that does not exist or cannot stand here'),
  'approval-name': warning('an approval that is named like a job with steps'),
  'unknown-requirement': error('a required job is not in the workflow'),
  'ambiguous-requirement': error('a required name stands for several jobs'),
  'repeated-requirement': warning('a job is required twice'),
  'requires-cycle': error('jobs wait for each other'),
  'all-statuses': hint('all five statuses can be written `terminal`'),

  // Filters
  'bad-pattern': error('a filter pattern that cannot be matched'),
  'slow-pattern': error('a filter pattern that takes too long'),
  'unclosed-pattern': warning('a filter that begins like a regular expression'),
  'partial-pattern': hint('a regular expression that must match the whole name'),
  'only-and-ignore': info('`ignore` has no effect beside `only`'),
  'empty-filter': warning('a filter that says nothing'),
  'tag-filter-missing': warning('a tag filter on a job, none on what it requires'),
  'never-runs': warning('a workflow of which no job can ever run'),
  'requirement-filtered': info('a job starts without waiting for one that was filtered out'),

  // Templates, expressions and conditions
  'unclosed-template': error('a template without its end'),
  'nested-template': error('a template inside a template'),
  'bad-template': error('a template that asks for nothing'),
  'bad-section': error('a section of a template without its end or its beginning'),
  'too-large-text': error('templates make a text that is too large'),
  'undeclared-argument': error('a parameter is used that is not declared'),
  'unknown-value': error('a value that does not exist'),
  'value-absent': error('a value that this event does not have'),
  'bad-expression': error('an expression that cannot be read'),
  'operand-type': error('an operator is given a value that it cannot work with'),
  'environment-in-expression': error('an environment variable where a config is compiled'),
  'mixed-expression': error('an expression with templates in it'),
  'bad-condition': error('a condition that is no logic statement'),
  'text-condition': warning('a condition that is a text, and so always true'),
  'negated-operand': warning('`not` applies to one side of a comparison only'),
  'boolean-as-text': warning('a boolean is compared with a text'),

  'too-many-problems': info('more was found than is shown'),
} as const

export type Code = keyof typeof codes

interface CodeInfo {
  readonly severity: Severity
  readonly title: string
}

function error(title: string): CodeInfo {
  return { severity: 'error', title }
}

function warning(title: string): CodeInfo {
  return { severity: 'warning', title }
}

function hint(title: string): CodeInfo {
  return { severity: 'hint', title }
}

function info(title: string): CodeInfo {
  return { severity: 'info', title }
}
