-- What belongs to a function as a whole; its configurations are rows of function_versions.
create table functions (
    account TEXT not null,
    region TEXT not null,
    name TEXT not null,
    reserved_concurrency {int},
    tags TEXT not null,
    primary key (account, region, name)
);

-- One row for $LATEST, which changes, and one for each published version, which does not.
-- configuration is a JSON document; what queries look for has a column of its own. modified is in ms since the epoch.
create table function_versions (
    account TEXT not null,
    region TEXT not null,
    name TEXT not null,
    version TEXT not null,
    revision TEXT not null,
    state TEXT not null,
    update_status TEXT not null,
    failure_code TEXT,
    failure_reason TEXT,
    code_digest TEXT not null,
    code_size {int} not null,
    modified {int} not null,
    configuration TEXT not null,
    primary key (account, region, name, version)
);

create index function_versions_unsettled on function_versions (account, region, name)
    where state = 'Pending' or update_status = 'InProgress';

create index function_versions_code on function_versions (code_digest);

-- qualifier is an alias, or empty for $LATEST. Times are in ms since the epoch.
create table function_urls (
    url_id TEXT not null primary key,
    account TEXT not null,
    region TEXT not null,
    name TEXT not null,
    qualifier TEXT not null,
    created {int} not null,
    modified {int} not null,
    unique (account, region, name, qualifier)
);

-- Keys that all nodes share, made by the first that needs them.
create table function_keys (
    name TEXT not null primary key,
    value {bytes} not null
);
