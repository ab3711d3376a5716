-- qualifier is $LATEST, a version or an alias. Empty is what the user left to the defaults. modified is in ms since the epoch.
create table event_invoke_configs (
    account TEXT not null,
    region TEXT not null,
    name TEXT not null,
    qualifier TEXT not null,
    max_retries {int},
    max_age_seconds {int},
    on_success TEXT,
    on_failure TEXT,
    modified {int} not null,
    primary key (account, region, name, qualifier)
);

-- A row only for functions that differ, or have differed, from the default.
create table recursion_configs (
    account TEXT not null,
    region TEXT not null,
    name TEXT not null,
    recursive_loop TEXT not null,
    primary key (account, region, name)
);
