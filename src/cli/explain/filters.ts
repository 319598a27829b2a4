import type { Code } from '../../compile/codes.ts'
import { type Example, type Explanation, inWorkflow } from './explanation.ts'

/** One job with these filters. */
const filtered = (lines: string): string =>
  inWorkflow(
    ['build'],
    `      - build:
          filters:
${lines}`,
  )

const onMain = filtered(`            branches:
              only: main
`)

const onFeature = (text: string): Example => ({ text, push: { branch: 'feature' } })

/** Filters. */
export const filters = {
  'bad-pattern': {
    meaning:
      'What stands between two slashes is a regular expression of the Java kind, and this one is none. The job could never be selected by it.',
    wrong: filtered(`            branches:
»              only: /release-(/
`),
    right: filtered(`            branches:
              only: /release-.*/
`),
  },
  'slow-pattern': {
    meaning:
      'Some regular expressions take longer the longer the name is, without bound: repetitions inside repetitions do. Such a pattern is stopped, so that nobody can hold everything up by naming a branch.',
    wrong: {
      text: filtered(`            branches:
»              only: /(a+)+b/
`),
      push: { branch: 'a'.repeat(40) },
    },
    right: {
      text: filtered(`            branches:
              only: /a+b/
`),
      push: { branch: `${'a'.repeat(40)}b` },
    },
  },
  'unclosed-pattern': {
    meaning:
      'A regular expression stands between two slashes. With one only, the pattern is a literal name that begins with a slash, which no branch has.',
    wrong: filtered(`            branches:
»              only: /release-.*
`),
    right: filtered(`            branches:
              only: /release-.*/
`),
  },
  'partial-pattern': {
    meaning:
      'A pattern must match the whole name, here as on CircleCI. One that is anchored at one end or stops at a separator was probably meant to match longer names too.',
    wrong: filtered(`            branches:
»              only: /^release-/
`),
    right: filtered(`            branches:
              only: /^release-.*/
`),
  },
  'only-and-ignore': {
    meaning: 'Where `only` is given, it alone decides; `ignore` is not looked at.',
    wrong: filtered(`            branches:
              only: /release-.*/
»              ignore: release-0
`),
    right: filtered(`            branches:
              only: /release-(?!0$).*/
`),
  },
  'empty-filter': {
    meaning:
      'A filter with neither `only` nor `ignore` refuses nothing. Without it the same jobs run.',
    wrong: filtered(`»            branches:
`),
    right: onMain,
  },
  'tag-filter-missing': {
    meaning:
      'A job runs on tags only if it has a tag filter, and a job whose requirements do not run does not run either. So everything that a job on tags waits for needs the same tag filter.',
    wrong: inWorkflow(
      ['build', 'deploy'],
      `      - build
      - deploy:
»          requires: [build]
          filters: { tags: { only: /v.*/ }, branches: { ignore: /.*/ } }
`,
    ),
    right: inWorkflow(
      ['build', 'deploy'],
      `      - build:
          filters: { tags: { only: /v.*/ } }
      - deploy:
          requires: [build]
          filters: { tags: { only: /v.*/ }, branches: { ignore: /.*/ } }
`,
    ),
  },
  'never-runs': {
    meaning:
      'Every job of the workflow refuses all branches and has no filter for tags, or refuses all of these too. Nothing that happens can start it.',
    wrong: `version: 2.1
jobs:
  build: { docker: [{ image: cimg/base:current }], steps: [checkout] }
workflows:
»  release:
    jobs:
      - build: { filters: { branches: { ignore: /.*/ } } }
`,
    right: `version: 2.1
jobs:
  build: { docker: [{ image: cimg/base:current }], steps: [checkout] }
workflows:
  release:
    jobs:
      - build: { filters: { branches: { ignore: /.*/ }, tags: { only: /v.*/ } } }
`,
  },
  'requirement-filtered': {
    meaning:
      'This push leaves out a job that another one requires. As on CircleCI the requirement is then forgotten: the other job starts without waiting for it, as long as something else that it requires is left.',
    wrong: onFeature(
      inWorkflow(
        ['lint', 'build', 'publish'],
        `      - lint
      - build: { filters: { branches: { only: main } } }
»      - publish: { requires: [lint, build] }
`,
      ),
    ),
    right: onFeature(
      inWorkflow(
        ['lint', 'build', 'publish'],
        `      - lint
      - build
      - publish: { requires: [lint, build] }
`,
      ),
    ),
  },
} satisfies Partial<Record<Code, Explanation>>
