import type { BuildNumber, BuildNumbers } from '../ports/build-numbers.ts'
import type { Database } from './database.ts'

export const openBuildNumbers = (database: Database): BuildNumbers => ({
  of: async ({ jobId, repositoryId }) => {
    for (;;) {
      const [row] = await database.rows<Row>(numberOf, [jobId, repositoryId])
      if (row) return row
      // Another task of the job gave it one at this moment; now it can be read.
    }
  },
})

interface Row extends BuildNumber {
  readonly [column: string]: unknown
}

// The counter's row is what two jobs wait for; whoever comes second to the same job leaves a number out.
const numberOf = {
  name: 'build-number',
  text: `
    with counted as (
      insert into build_count as count (repository_id, last)
      select $2, 1 where not exists (select from build_number where job_id = $1)
      on conflict (repository_id) do update set last = count.last + 1
      returning last),
    given as (
      insert into build_number (job_id, repository_id, number)
      select $1, $2, last from counted
      on conflict (job_id) do nothing
      returning number),
    own as (
      select number from given
      union all
      select number from build_number where job_id = $1)
    select number, (
             select max(earlier.number) from build_number as earlier
              where earlier.repository_id = $2 and earlier.number < own.number) as previous
      from own`,
}
