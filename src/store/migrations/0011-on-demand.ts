/** Pipelines on demand: how they are told apart, who may ask for them, and where nobody may. */
export const onDemand = `
-- Begun on demand: its check is not that of the push.
alter table pipeline add column on_demand boolean not null default false;
-- Pages of a project's pipelines.
create index pipeline_numbered on pipeline (repository_id, number);

-- Who has a name now: repositories are renamed, and their names given to others.
create table project_name (
  -- In small letters, OWNER/NAME.
  slug text collate "C" primary key,
  repository_id bigint not null
);
-- Documents with escapes in them cannot be looked into; the next push makes up for it.
insert into project_name (slug, repository_id)
select distinct on (slug) slug, repository_id
  from (select repository_id,
               case when doc::text !~ '\\\\u'
                    then lower((doc #>> '{repository,owner}') || '/' || (doc #>> '{repository,name}'))
               end as slug
          from project) as known
 where slug is not null
 order by slug, repository_id desc;

create table api_token (
  id uuid primary key,
  name text collate "C" not null unique,
  -- SHA-256 of the secret, which nobody keeps.
  hash bytea not null,
  role text not null check (role in ('read', 'operate', 'approve')),
  -- The only repository that it is good for; null: all of them.
  repository_id bigint,
  -- The person of GitHub as whom it acts; null: nobody.
  person json,
  created_at timestamptz not null default now(),
  last_used_at timestamptz
);

create table work_block (
  kind text not null check (kind in ('server', 'owner', 'project')),
  -- In small letters.
  owner text collate "C" not null,
  name text collate "C" not null,
  reason text not null,
  since timestamptz not null default now(),
  primary key (kind, owner, name)
);
`
