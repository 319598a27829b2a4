/** What people must know about where a worker runs jobs; null: nothing. */
export const workerNotice = `
alter table worker add column notice text;
`
