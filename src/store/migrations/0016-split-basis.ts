/** By which earlier results the tasks of a job share its tests: all by the same. */
export const splitBasis = `
create table split_basis (
  job_id uuid primary key references job on delete cascade,
  -- Of test_report, those of the newest job first.
  reports bigint[] not null
);
`
