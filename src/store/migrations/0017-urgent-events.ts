/**
 * What went wrong is decided first: a red check must not wait behind the successes of a hundred others.
 * Only between pipelines; the events of one stay in their order.
 */
export const urgentEvents = `
alter table event add column urgent boolean not null default false;
create index event_urgent on event (due_at, id) where state = 'open' and urgent;
`
