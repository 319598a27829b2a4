/**
 * Schedules of the configs at the heads of branches, and pipelines that began by one. Times in numbers are
 * milliseconds since 1970 by the clock of the program, which decides what is due.
 */
export const schedules = `
-- Each branch whose config was ever read, with the time of that: what is older changes nothing.
create table schedule_branch (
  id bigint generated always as identity primary key,
  repository_id bigint not null,
  branch text collate "C" not null,
  as_of bigint not null
);
-- Of a hash, since names of branches can be longer than an index takes.
create unique index schedule_branch_name
  on schedule_branch (repository_id, hashtextextended(branch, 0));

create table schedule (
  id uuid primary key default gen_random_uuid(),
  branch_id bigint not null references schedule_branch on delete cascade,
  cron text collate "C" not null,
  -- The workflows that it starts.
  name text not null,
  -- Times up to this one are settled.
  since bigint not null,
  -- 0: nobody has worked it out yet.
  due_at bigint not null default 0,
  last_fired bigint,
  -- By the clock of the database: a lease, or the pause after a failure.
  rests_until timestamptz not null default '-infinity',
  tries integer not null default 0,
  error text,
  unique (branch_id, cron)
) with (fillfactor = 70);
create index schedule_due on schedule (due_at);
create index schedule_since on schedule (since);

-- Name of the schedule that began the pipeline: its check is not that of the commit.
alter table pipeline add column schedule text collate "C";
`
