import type { CheckSubject, Effect, Urgency } from '../model/effect.ts'
import type { Topic } from '../ports/wake.ts'
import type { Queries } from './database.ts'

type Report = Extract<Effect, { type: 'report' }>

/** Makes rows dirty. Until the row is sent, its most urgent wish says when its turn is. */
export async function report(
  queries: Queries,
  reports: readonly Report[],
  told: Set<Topic>,
): Promise<void> {
  if (reports.length === 0) return
  await queries.change(upsertChecks, [
    reports.map(({ subject }) => subject.pipelineId),
    reports.map(({ subject }) => jobIdOf(subject)),
    reports.map(({ urgency }) => priorities[urgency]),
  ])
  told.add('checks')
}

/** By urgency, most urgent first. */
export const priorities: Readonly<Record<Urgency, number>> = {
  alarm: 0,
  conclusion: 1,
  progress: 2,
  queued: 3,
}

const jobIdOf = (subject: CheckSubject) => (subject.kind === 'job' ? subject.jobId : null)

const upsertChecks = {
  name: 'upsert-checks',
  text: `
    with wish as (
      select case
               when given.job_id is not null then 'job:' || given.job_id
               when on_demand
                 then 'commit:' || repository_id || ':' || sha || ':on-demand'
                      || case when ref_kind = 'tag' then ':tag:' || ref_name else '' end
               when schedule is not null
                 then 'commit:' || repository_id || ':' || sha || ':schedule:' || schedule
               when ref_kind = 'tag' then 'commit:' || repository_id || ':' || sha || ':tag:' || ref_name
               else 'commit:' || repository_id || ':' || sha
             end as key,
             given.pipeline_id, given.job_id, number,
             coalesce(project.installation_id, pipeline.installation_id) as installation_id,
             coalesce(project.repository, pipeline.repository) as repository, sha, priority,
             exists (select from closed_repository as closed
                      where closed.repository_id = pipeline.repository_id) as parked
        from unnest($1::uuid[], $2::uuid[], $3::smallint[]) as given (pipeline_id, job_id, priority)
        join pipeline on pipeline.id = given.pipeline_id
        left join project using (repository_id))
    insert into check_row
      (key, pipeline_id, job_id, number, installation_id, repository, sha, parked, priority)
    select distinct on (key)
           key, pipeline_id, job_id, number, installation_id, repository, sha, parked,
           min(priority) over (partition by key)
      from wish
     order by key, number desc
    on conflict (key) do update set
      pipeline_id = case when excluded.number >= check_row.number
                         then excluded.pipeline_id else check_row.pipeline_id end,
      number = greatest(excluded.number, check_row.number),
      installation_id = excluded.installation_id,
      repository = excluded.repository,
      parked = excluded.parked,
      wanted = check_row.wanted + 1,
      priority = case when check_row.sent < check_row.wanted
                      then least(check_row.priority, excluded.priority) else excluded.priority end,
      dirty_since = case when check_row.sent < check_row.wanted
                         then check_row.dirty_since else now() end`,
}
