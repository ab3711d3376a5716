CREATE TABLE deliveries (
  id TEXT PRIMARY KEY,
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  target TEXT NOT NULL,
  request_id TEXT NOT NULL,
  payload {bytes} NOT NULL,
  attributes TEXT NOT NULL,
  attempts {int} NOT NULL,
  created_at {int} NOT NULL,
  due_at {int} NOT NULL,
  node TEXT NOT NULL,
  leased_until {int} NOT NULL
);
CREATE INDEX deliveries_by_lease ON deliveries (leased_until, due_at);
