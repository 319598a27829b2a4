/** Secrets of projects and contexts, encrypted before they come here; and logs in which they are masked. */
export const secrets = `
-- Keys that encrypt values, themselves encrypted with the key of the server that the name stands for.
create table data_key (
  id uuid primary key,
  wrapped_by text not null,
  wrapped bytea not null,
  created_at timestamptz not null default clock_timestamp()
);

-- A project, or a context of an organisation: what secrets belong to.
create table secret_scope (
  id uuid primary key,
  kind text not null check (kind in ('project', 'context')),
  -- In small letters, as GitHub compares names; the name of a context is taken as it is written.
  owner text collate "C" not null,
  name text collate "C" not null,
  -- Of a project, from when it is known: names can be given to another repository.
  repository_id bigint,
  -- Another repository has the name of the project by now; only by its id it is still found.
  renamed boolean not null default false,
  restrictions json not null default '[]',
  created_at timestamptz not null default now()
);
create unique index secret_scope_name on secret_scope (kind, owner, name) where not renamed;
create index secret_scope_repository on secret_scope (repository_id);

create table secret (
  scope_id uuid not null references secret_scope on delete cascade,
  name text collate "C" not null,
  data_key uuid not null references data_key,
  sealed bytea not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (scope_id, name)
);
create index secret_data_key on secret (data_key);

-- How much of what the step printed the log stands for up to the end of the chunk; null: as much as it is long.
alter table log_chunk add column source bigint;
`
