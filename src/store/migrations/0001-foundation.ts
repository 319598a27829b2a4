/**
 * The first tables. What people and the engine read whole is kept as a `json` document with columns
 * beside it for what queries ask. `json`, not `jsonb`: it returns exactly what was stored, in the same
 * order of keys, and takes the NUL characters and broken surrogates that hostile text may hold. SQL that
 * looks into such a document fails, so none does.
 * Texts that are compared or ordered by an index use collation "C", so that an operating system with
 * another sort order cannot spoil the index.
 */
export const foundation = `
create table project (
  repository_id bigint primary key,
  doc json not null
);

create table pipeline (
  id uuid primary key,
  repository_id bigint not null,
  -- As it was at the trigger, with its names and installation.
  repository json not null,
  installation_id bigint not null,
  number integer not null,
  sha text collate "C" not null,
  ref_kind text not null,
  ref_name text collate "C" not null,
  state text not null,
  created_at timestamptz not null,
  doc json not null
) with (fillfactor = 80);
create index pipeline_commit on pipeline (repository_id, sha);
create index pipeline_newest on pipeline (created_at desc, id desc);

create table workflow (
  id uuid primary key,
  -- The order of the document and of re-runs.
  place bigint generated always as identity,
  pipeline_id uuid not null references pipeline on delete cascade,
  superseded boolean not null,
  doc json not null
) with (fillfactor = 80);
create index workflow_pipeline on workflow (pipeline_id);

create table job (
  id uuid primary key,
  pipeline_id uuid not null,
  workflow_id uuid not null references workflow on delete cascade,
  position integer not null,
  status text not null,
  layers_of uuid not null,
  -- The job without what was planned for it: small, and written anew with every change. No index
  -- holds what changes each time, so that with room in the page no index has to be touched (HOT).
  doc json not null,
  -- Never changes, so it is written once.
  planned json not null
) with (fillfactor = 70);
create index job_workflow on job (workflow_id, position);

-- No foreign keys and no key of its own: tens of thousands of rows are written at once.
create table edge (
  from_id uuid not null,
  to_id uuid not null,
  statuses text[] not null
);
create index edge_from on edge (from_id);
create index edge_to on edge (to_id);

-- The inbox. Rows that were handled stay without their document, so that their key is still known.
create table event (
  id bigint generated always as identity primary key,
  key text collate "C" not null unique,
  pipeline_id uuid not null,
  state text not null default 'open' check (state in ('open', 'done', 'aside')),
  due_at timestamptz not null default now(),
  tries integer not null default 0,
  error text,
  ended_at timestamptz,
  doc json
) with (
  -- A queue: vacuum by the number of dead rows, since the index of open rows must stay small.
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000
);
create index event_due on event (due_at, id) where state = 'open';
create index event_pipeline on event (pipeline_id, due_at, id) where state = 'open';
create index event_aside on event (ended_at) where state = 'aside';

-- The outbox: effects that leave the database. A lease is a due time that lies ahead.
create table effect (
  id bigint generated always as identity primary key,
  due_at timestamptz not null default now(),
  -- Session name of the process that has it in hand.
  leased_by text,
  tries integer not null default 0,
  error text,
  doc json not null
);
create index effect_due on effect (due_at);

-- One row a process. The lease is the truth about who lives; it is written every few seconds.
create table worker (
  id uuid primary key,
  name text not null,
  lease_until timestamptz not null
) with (fillfactor = 50);

create table task (
  id uuid primary key,
  -- The order of the queue.
  place bigint generated always as identity,
  pipeline_id uuid not null,
  -- Tells the workflow too, which changes when a re-run takes the job along.
  job_id uuid not null references job on delete cascade,
  index integer not null,
  total integer not null,
  state text not null default 'queued' check (state in ('queued', 'running', 'ended')),
  -- The fencing number: grows when somebody takes the task and when it is taken away.
  claim integer not null default 0,
  worker_id uuid,
  worker_name text not null default '',
  canceled boolean not null default false,
  outcome json,
  ended_at timestamptz
) with (
  fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000
);
create index task_queued on task (place) where state = 'queued';
create index task_running on task (worker_id) where state = 'running';
create index task_job on task (job_id);

create table step (
  task_id uuid not null references task on delete cascade,
  index integer not null,
  status text not null,
  doc json not null,
  primary key (task_id, index)
) with (fillfactor = 70);

-- No foreign key: checking it would write to the task's row with every chunk.
create table log_chunk (
  task_id uuid not null,
  step integer not null,
  start bigint not null,
  length integer not null,
  zstd bytea not null,
  primary key (task_id, step, start)
);
-- Out of line, so that looking for the end of a log does not read it; compressed already.
alter table log_chunk alter column zstd set storage external;

create table workspace_layer (
  workspace_id uuid not null,
  job_id uuid not null,
  index integer not null,
  sequence integer not null,
  doc json not null,
  primary key (job_id, index, sequence)
);

-- One row a check: dirty while "sent" is behind "wanted".
create table check_row (
  key text collate "C" primary key,
  pipeline_id uuid not null,
  -- Null for the check of a commit or tag as a whole.
  job_id uuid,
  -- Of the pipeline: the newest stands for its commit.
  number integer not null,
  installation_id bigint not null,
  repository json not null,
  sha text not null,
  wanted integer not null default 1,
  sent integer not null default 0,
  -- Most urgent first: 0 conclusion, 1 progress, 2 queued.
  priority smallint not null,
  dirty_since timestamptz not null default now(),
  due_at timestamptz not null default now(),
  leased_until timestamptz not null default '-infinity',
  leased_by text,
  error text,
  sequence integer not null default 0,
  unanswered text,
  github_id bigint,
  external_id text,
  completed boolean not null default false,
  digest text
) with (fillfactor = 70);
create index check_row_dirty on check_row (installation_id, priority, dirty_since)
  where sent < wanted;
create index check_row_open on check_row (key) where github_id is not null and not completed;

-- Every run that was ever asked for: how a click on an old one is known.
create table check_sent (
  external_id text collate "C" primary key,
  key text collate "C" not null references check_row on delete cascade
);
create index check_sent_key on check_sent (key);

create table installation_pause (
  installation_id bigint primary key,
  until timestamptz not null
);
`
