/**
 * When each run was asked for: GitHub limits how many in an hour, also over restarts. Priorities of checks
 * begin with red ones and approvals now, so all others move down by one.
 */
export const createTimes = `
alter table check_sent add column at timestamptz not null default '-infinity';
alter table check_sent alter column at set default now();
create index check_sent_at on check_sent (at);
update check_row set priority = priority + 1;
alter table check_row add column folded boolean not null default false;
create index check_row_folded on check_row (installation_id) where folded;
`
