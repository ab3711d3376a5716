-- qualifier is a version or an alias, whose versions then share what is requested. modified is in ms since the epoch.
create table provisioned_configs (
    account TEXT not null,
    region TEXT not null,
    name TEXT not null,
    qualifier TEXT not null,
    requested {int} not null,
    modified {int} not null,
    primary key (account, region, name, qualifier)
);
