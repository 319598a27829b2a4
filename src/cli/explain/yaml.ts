import type { Code } from '../../compile/codes.ts'
import { type Explanation, inJob, inSteps } from './explanation.ts'

const sound = inSteps('      - run: make\n')

/** Text and YAML. */
export const yaml = {
  'too-large': {
    meaning:
      'A config is read whole, before anything is known about who wrote it, so there is a limit. No config that people write comes near it; generated ones can be split with a setup workflow, or repeat less with commands and matrices.',
    wrong: {
      told: 'A file of eleven million characters.',
      text: () => `»# ${'x'.repeat(11_000_000)}\n`,
    },
    right: sound,
  },
  'yaml-syntax': {
    meaning:
      'The text cannot be read as YAML, so nothing can be said about what it means. The usual causes are a tab in the indentation, a missing bracket or quote, and a value that begins with `*`, `@`, `%` or holds `: ` without quotes. Mend the first complaint first: the others often follow from it.',
    wrong: inSteps(`»      - run: echo Result: done
`),
    right: inSteps(`      - run: "echo Result: done"
`),
  },
  'yaml-documents': {
    meaning:
      'A line `---` begins another document. A config is one document; everything behind that line would be lost.',
    wrong: `version: 2.1
jobs:
  build: { docker: [{ image: cimg/base:current }], steps: [checkout] }
»---
workflows:
  main: { jobs: [build] }
`,
    right: `version: 2.1
jobs:
  build: { docker: [{ image: cimg/base:current }], steps: [checkout] }
workflows:
  main: { jobs: [build] }
`,
  },
  'yaml-key': {
    meaning: 'YAML allows lists and maps as keys. In a config every key is a name, that is, text.',
    wrong: `version: 2.1
jobs:
»  [build]: { docker: [{ image: cimg/base:current }], steps: [checkout] }
`,
    right: `version: 2.1
jobs:
  build: { docker: [{ image: cimg/base:current }], steps: [checkout] }
`,
  },
  'yaml-tag': {
    meaning:
      'A word with `!` before a value is a YAML tag. Tags have no meaning in configs: the value is read as if it were not there. To negate a condition write `not`.',
    wrong: inSteps(`»      - run: !shell make
`),
    right: sound,
  },
  'yaml-merge': {
    meaning:
      '`<<:` brings the entries of another map into this one, so behind it stands an alias of a map, or a list of such aliases.',
    wrong: inJob(`»    <<: make
    steps: [checkout]
`),
    right: `version: 2.1
defaults: &defaults
  docker: [{ image: cimg/base:current }]
jobs:
  build:
    <<: *defaults
    steps: [checkout]
workflows:
  main: { jobs: [build] }
`,
  },
  'yaml-nul': {
    meaning:
      'A text holds the character with the number 0. No command, path or variable can hold one: the system would cut the text off there.',
    wrong: inSteps(`»      - run: "make\\0"
`),
    right: sound,
  },
  'duplicate-key': {
    meaning:
      'The same key stands twice in one map. Programs that read YAML keep one of the two without a word, and not all of them the same one.',
    wrong: inJob(`    environment:
      COLOR: always
»      COLOR: never
    steps: [checkout]
`),
    right: inJob(`    environment:
      COLOR: never
    steps: [checkout]
`),
  },
  'unknown-alias': {
    meaning:
      '`*name` stands for the value that was marked `&name` further up in the same file. An anchor below its alias does not count, nor does one in another file.',
    wrong: inJob(`»    environment: *settings
    steps: [checkout]
`),
    right: `version: 2.1
settings: &settings
  COLOR: never
jobs:
  build:
    docker: [{ image: cimg/base:current }]
    environment: *settings
    steps: [checkout]
workflows:
  main: { jobs: [build] }
`,
  },
  'recursive-alias': {
    meaning: 'A value cannot contain itself: written out it would never end.',
    wrong: inJob(`    environment: &settings
»      SETTINGS: *settings
    steps: [checkout]
`),
    right: inJob(`    environment: &settings
      COLOR: never
    steps: [checkout]
`),
  },
  'unused-anchor': {
    meaning:
      'An anchor marks a value so that aliases can repeat it further down. No alias does; perhaps its name is misspelt there.',
    wrong: inJob(`    environment: &settings
»      COLOR: never
    steps: [checkout]
`),
    right: inJob(`    environment:
      COLOR: never
    steps: [checkout]
`),
  },
  'too-deep': {
    meaning:
      'Maps and lists are nested in each other so deeply that no person wrote them. The limit keeps a small hostile file from costing much.',
    wrong: {
      told: 'A value inside a thousand lists.',
      text: () => `version: 2.1\n»deep: ${'['.repeat(1000)}${']'.repeat(1000)}\n`,
    },
    right: sound,
  },
  'too-many-aliases': {
    meaning:
      'Aliases that stand for values with aliases multiply: a few lines can stand for billions of values. Written out, this file would be larger than Sluice reads.',
    wrong: `version: 2.1
a: &a [xxxxxxxx, xxxxxxxx, xxxxxxxx, xxxxxxxx, xxxxxxxx, xxxxxxxx, xxxxxxxx, xxxxxxxx]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
f: &f [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]
»g: &g [*f, *f, *f, *f, *f, *f, *f, *f, *f, *f]
jobs:
  build: { docker: [{ image: cimg/base:current }], steps: [checkout] }
`,
    right: `version: 2.1
a: &a [xxxxxxxx, xxxxxxxx]
jobs:
  build: { docker: [{ image: cimg/base:current }], steps: [checkout] }
`,
  },
  'nbsp-indentation': {
    meaning:
      'Text copied from a web page is often indented with non-breaking spaces (U+00A0), which look like spaces and are none. Sluice reads them as spaces; CircleCI and other programs refuse them.',
    wrong: `version: 2.1
jobs:
»\u00A0\u00A0build: { docker: [{ image: cimg/base:current }], steps: [checkout] }
`,
    right: `version: 2.1
jobs:
  build: { docker: [{ image: cimg/base:current }], steps: [checkout] }
`,
  },
} satisfies Partial<Record<Code, Explanation>>
