-- A JSON document: how a URL lets callers in and answers them. Empty for the settings that URLs had before: NONE, BUFFERED, no CORS.
alter table function_urls add column settings TEXT not null default '';
