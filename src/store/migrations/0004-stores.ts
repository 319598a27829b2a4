/**
 * Caches, artifacts and test results. Keys and paths may be longer than an index takes, so caches are
 * unique by the digest of their key. `blob` beside the documents is what the sweep of blobs asks for;
 * layers from before have none, and theirs is read from the document.
 */
export const stores = `
create table cache (
  -- Newer is larger: the one that was saved last is found first.
  id bigint generated always as identity primary key,
  repository_id bigint not null,
  -- Empty, or the fork that it belongs to.
  fork text collate "C" not null,
  key text collate "C" not null,
  digest bytea not null,
  blobs text[] not null,
  task_id uuid not null,
  step integer not null,
  saved_at timestamptz not null default now(),
  kept_until timestamptz not null,
  doc json not null,
  unique (repository_id, fork, digest)
);
create index cache_newest on cache (repository_id, fork, id desc);
create index cache_kept on cache (kept_until);

create table artifact (
  job_id uuid not null references job on delete cascade,
  index integer not null,
  path text collate "C" not null,
  blob text collate "C" not null,
  size bigint not null,
  kept_until timestamptz not null,
  primary key (job_id, index, path)
);
create index artifact_kept on artifact (kept_until);

-- What one store_test_results step found.
create table test_report (
  id bigint generated always as identity primary key,
  task_id uuid not null references task on delete cascade,
  step integer not null,
  job_id uuid not null,
  index integer not null,
  repository_id bigint not null,
  sha text collate "C" not null,
  workflow_name text collate "C" not null,
  job_name text collate "C" not null,
  stored_at timestamptz not null default now(),
  unique (task_id, step)
);
create index test_report_job on test_report (job_id);
create index test_report_newest on test_report (repository_id, job_name, id desc);

create table test_results (
  report_id bigint not null references test_report on delete cascade,
  place integer not null,
  name text not null,
  classname text not null,
  file text,
  line integer,
  seconds real not null,
  result text not null check (result in ('success', 'failure', 'error', 'skipped')),
  flaky boolean not null,
  message text not null,
  primary key (report_id, place)
);

alter table workspace_layer
  add column blob text collate "C",
  add column added_at timestamptz not null default now(),
  -- Its files are gone; the row stays, so that whoever attaches it is told.
  add column expired boolean not null default false;
create index workspace_layer_kept on workspace_layer (added_at) where not expired;
`
