-- last_version outlives its version: a number never comes again.
create table layers (
    account TEXT not null,
    region TEXT not null,
    name TEXT not null,
    last_version {int} not null,
    primary key (account, region, name)
);

-- runtimes and architectures are names between commas, ",nodejs20.x,python3.12,", or empty. created is in ms since the epoch.
-- policy_revision is new with every change of the permissions.
create table layer_versions (
    account TEXT not null,
    region TEXT not null,
    name TEXT not null,
    version {int} not null,
    description TEXT not null,
    license TEXT,
    runtimes TEXT not null,
    architectures TEXT not null,
    code_digest TEXT not null,
    code_size {int} not null,
    created {int} not null,
    policy_revision TEXT,
    primary key (account, region, name, version)
);

create table layer_permissions (
    account TEXT not null,
    region TEXT not null,
    name TEXT not null,
    version {int} not null,
    statement_id TEXT not null,
    principal TEXT not null,
    primary key (account, region, name, version, statement_id)
);
