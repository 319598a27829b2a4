/**
 * What the App can reach, and the heads of branches as they were seen last. Times in numbers are
 * milliseconds since 1970; those of pushes by GitHub's clock.
 */
export const reach = `
-- As it is named now: pipelines and checks keep what they began with.
alter table project add column repository json, add column installation_id bigint;

-- Repositories that the App cannot write to (any more).
create table closed_repository (
  repository_id bigint primary key,
  -- For people: ends a sentence that begins with "the App".
  because text not null,
  -- Whether what ran was stopped.
  cancel boolean not null,
  since timestamptz not null default now()
);
-- True: nobody tries to send it while its repository is closed.
alter table check_row add column parked boolean not null default false;

alter table pipeline
  -- When the push happened; null: it began by something else, or before this was noted.
  add column pushed_at bigint,
  -- Nobody told of the push: it was found by comparing heads.
  add column recovered boolean not null default false;
create index pipeline_pushed
  on pipeline (repository_id, hashtextextended(ref_name, 0), pushed_at desc)
  where ref_kind = 'branch' and pushed_at is not null;

-- Repositories whose heads were compared.
create table head_look (
  repository_id bigint primary key,
  -- The newest push that GitHub told of, at that time; null: something is still open.
  pushed_at bigint,
  -- By the clock of the program.
  looked_at bigint not null
);
create table branch_head (
  id bigint generated always as identity primary key,
  repository_id bigint not null,
  branch text collate "C" not null,
  -- The newest head that needs nothing more; null: none was settled yet.
  sha text collate "C",
  settled_at bigint,
  -- A head without a pipeline, and since when it is known (by the clock of the program).
  open_sha text collate "C",
  open_since bigint
);
create unique index branch_head_name on branch_head (repository_id, hashtextextended(branch, 0));
`
