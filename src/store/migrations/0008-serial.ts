/** Who waits for, or has, the turn of a serial group. Rows go when the job ends. */
export const serial = `
create table serial_turn (
  place bigint generated always as identity,
  -- Groups are shared by all repositories of an owner: "owner/group".
  scope text collate "C" not null,
  repository_id bigint not null,
  -- Of the pipeline, in its repository.
  number integer not null,
  job_id uuid primary key,
  pipeline_id uuid not null,
  held boolean not null default false
);
create index on serial_turn (scope, place);
`
