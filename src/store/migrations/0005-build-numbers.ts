/** Numbers of the runs of jobs, counted for each repository. */
export const buildNumbers = `
create table build_count (
  repository_id bigint primary key,
  last bigint not null
);
create table build_number (
  job_id uuid primary key references job on delete cascade,
  repository_id bigint not null,
  number bigint not null,
  unique (repository_id, number)
);
`
