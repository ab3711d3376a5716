-- Published versions, aliases and resource policies.

-- The last number that a version was given: none is given twice, not even after a deletion.
alter table functions add column last_version {int} not null default 0;

-- The version as a number, for its order; 0 is $LATEST.
alter table function_versions add column number {int} not null default 0;

-- What $LATEST was described as when the version was published: its own description may be another one.
alter table function_versions add column source_description TEXT;

create index function_versions_order on function_versions (account, region, name, number);

-- additional_version, with its share of the invocations, is null where all go to function_version.
create table function_aliases (
    account TEXT not null,
    region TEXT not null,
    name TEXT not null,
    alias TEXT not null,
    function_version TEXT not null,
    additional_version TEXT,
    additional_weight {real},
    description TEXT not null,
    revision TEXT not null,
    primary key (account, region, name, alias)
);

-- qualifier is a version or an alias, or empty for the function itself. document is JSON, as GetPolicy answers it.
create table function_policies (
    account TEXT not null,
    region TEXT not null,
    name TEXT not null,
    qualifier TEXT not null,
    revision TEXT not null,
    document TEXT not null,
    primary key (account, region, name, qualifier)
);
