-- Times are ms since 1970. A group's or stream's id is never given again, so whatever refers to a deleted one is dead.

CREATE TABLE log_groups (
    id {int} PRIMARY KEY,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    created {int} NOT NULL,
    retention_days {int},
    tags TEXT NOT NULL,
    stored_bytes {int} NOT NULL,
    UNIQUE (account, region, name)
);

CREATE TABLE log_streams (
    id {int} PRIMARY KEY,
    group_id {int} NOT NULL,
    name TEXT NOT NULL,
    created {int} NOT NULL,
    first_event {int} NOT NULL,
    last_event {int} NOT NULL,
    last_ingestion {int} NOT NULL,
    UNIQUE (group_id, name)
);

CREATE INDEX log_streams_by_last_event ON log_streams (group_id, last_event, name);

-- Many events of one stream in one row.
CREATE TABLE log_chunks (
    id {int} PRIMARY KEY,
    group_id {int} NOT NULL,
    stream_id {int} NOT NULL,
    first_event {int} NOT NULL,
    last_event {int} NOT NULL,
    ingested {int} NOT NULL,
    events {int} NOT NULL,
    format {int} NOT NULL,
    raw_bytes {int} NOT NULL,
    stored_bytes {int} NOT NULL,
    data {bytes} NOT NULL
);

CREATE INDEX log_chunks_by_group ON log_chunks (group_id, first_event, id);
CREATE INDEX log_chunks_by_stream ON log_chunks (stream_id, first_event, id);

-- Deleted groups (stream_id 0) and streams whose chunks are still to be swept.
CREATE TABLE log_deletions (
    group_id {int} NOT NULL,
    stream_id {int} NOT NULL,
    PRIMARY KEY (group_id, stream_id)
);
