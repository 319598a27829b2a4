/** Every code's explanation, by group, in the order in which they are listed. */
import type { Code } from '../../compile/codes.ts'
import type { Explanation } from './explanation.ts'
import { filters } from './filters.ts'
import { reuse } from './reuse.ts'
import { shape } from './shape.ts'
import { templates } from './templates.ts'
import { workflows } from './workflows.ts'
import { yaml } from './yaml.ts'

/** A code without an explanation is a type error here. */
export const explanations: Readonly<Record<Code, Explanation>> = {
  ...yaml,
  ...shape,
  ...reuse,
  ...templates,
  ...workflows,
  ...filters,
}

export const groups: readonly { readonly title: string; readonly codes: readonly string[] }[] = [
  { title: 'Text and YAML', codes: Object.keys(yaml) },
  { title: 'Keys and values', codes: Object.keys(shape) },
  { title: 'Commands, executors, parameters, matrices and orbs', codes: Object.keys(reuse) },
  { title: 'Templates and conditions', codes: Object.keys(templates) },
  { title: 'Jobs and workflows', codes: Object.keys(workflows) },
  { title: 'Filters', codes: Object.keys(filters) },
]
