/** What a pipeline stands beside, and which ones a newer one of its branch has made redundant. */
export const pullRequests = `
-- The event of a pull request that began it; its checks stand beside those of the push.
alter table pipeline add column pull_request_event text collate "C";

-- Whether it was told of a newer pipeline of its branch.
alter table pipeline add column redundant boolean not null default false;
-- Of a hash, since names of branches can be longer than an index takes.
create index pipeline_branch
  on pipeline (repository_id, hashtextextended(ref_name, 0), number);
`
