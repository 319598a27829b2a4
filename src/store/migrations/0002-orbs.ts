/**
 * Orbs that were fetched. The text is compressed, and bytes rather than text, since it comes from outside
 * and may hold what a text column does not take.
 */
export const orbs = `
create table orb (
  -- Who gave it: the address of a registry, or "url".
  source text collate "C" not null,
  -- What was asked for: an exact version, a range, a URL.
  reference text collate "C" not null,
  -- True: an exact version, of which the text never changes.
  exact boolean not null,
  version text not null,
  zstd bytea not null,
  kept_at timestamptz not null default now(),
  primary key (source, reference)
);
alter table orb alter column zstd set storage external;
`
