-- Times are ms since 1970; durations are in ticks of 100 ns.

-- Some invocations of one revision of one version, in the order in which they ended, and their sums.
-- "parallel" are those that used more CPU time than they took; "wait" is what the others took beyond their CPU time.
-- A chunk that was thinned out has neither figures nor payloads any more; its sums stay.
CREATE TABLE history_chunks (
    id {int} PRIMARY KEY,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    revision TEXT NOT NULL,
    version TEXT NOT NULL,
    first_ms {int} NOT NULL,
    last_ms {int} NOT NULL,
    invocations {int} NOT NULL,
    failures {int} NOT NULL,
    cold_starts {int} NOT NULL,
    dropped {int} NOT NULL,
    duration {int} NOT NULL,
    longest {int} NOT NULL,
    billed_ms {int} NOT NULL,
    init {int} NOT NULL,
    cpu {int} NOT NULL,
    wait {int} NOT NULL,
    parallel_cpu {int} NOT NULL,
    parallel_duration {int} NOT NULL,
    peak_bytes {int} NOT NULL,
    stored_bytes {int} NOT NULL,
    format {int} NOT NULL,
    raw_bytes {int} NOT NULL,
    figures {bytes} NOT NULL,
    payloads {bytes} NOT NULL
);

CREATE INDEX history_chunks_by_function ON history_chunks (account, region, name, last_ms, stored_bytes);
CREATE INDEX history_chunks_by_account ON history_chunks (account, region, last_ms);
CREATE INDEX history_chunks_by_time ON history_chunks (last_ms);
CREATE INDEX history_chunks_by_revision ON history_chunks (revision, version, last_ms, stored_bytes);

-- What those invocations ran: the version as it was, kept as long as a chunk refers to it.
CREATE TABLE history_snapshots (
    revision TEXT NOT NULL,
    version TEXT NOT NULL,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    code_digest TEXT NOT NULL,
    code_size {int} NOT NULL,
    modified {int} NOT NULL,
    configuration TEXT NOT NULL,
    code_kept {int} NOT NULL,
    PRIMARY KEY (revision, version)
);
