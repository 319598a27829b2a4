import type { Rule } from './rule.ts'

/** A job of type build needs steps (V9); on other types they never run (V40). */
export const jobSteps: Rule = ({ bodies }) => {
  for (const { job, report } of bodies) {
    const { name, type, steps, incomplete } = job
    if (type === 'build' && steps === null && !incomplete)
      report(
        'no-steps',
        name.at,
        `the job ${name.value} has no steps`,
        'Add `steps:` with what it does.',
      )
    if (type !== 'build' && steps !== null)
      report(
        'ignored-steps',
        steps.at,
        `steps only run in jobs of type build; ${name.value} is of type ${type}`,
      )
  }
}
