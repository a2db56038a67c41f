-- Ingestion runs: read model of the streams `ingestion_run-<id>`, and what belongs to a run but is no event.

CREATE TABLE registry.ingestion_runs (
  id             uuid PRIMARY KEY,
  version        integer NOT NULL,
  broker         text NOT NULL,
  mode           text NOT NULL,
  source         text NOT NULL,
  sha256         text,
  bytes          bigint,
  dry_run        boolean NOT NULL,
  wanted_day     date,
  wanted_segments jsonb,
  wanted_symbols jsonb,
  format         text,
  status         text NOT NULL,
  reason         text,
  day            date,
  day_estimated  boolean,
  -- The segments that the file covers: what is absent from them is gone.
  segments       jsonb NOT NULL,
  quarantined    jsonb NOT NULL,
  counts         jsonb NOT NULL,
  gates          jsonb NOT NULL,
  queued_at      timestamptz NOT NULL,
  started_at     timestamptz,
  ended_at       timestamptz
);
CREATE INDEX ingestion_runs_broker ON registry.ingestion_runs (broker, day);
CREATE INDEX ingestion_runs_open ON registry.ingestion_runs (queued_at) WHERE status IN ('queued', 'running');

-- The bytes of each run's file, in chunks: what was acknowledged is not lost with the process that took it, and any worker can read it.
CREATE TABLE registry.ingestion_files (
  run_id uuid NOT NULL,
  n      integer NOT NULL,
  bytes  bytea NOT NULL,
  PRIMARY KEY (run_id, n)
);
ALTER TABLE registry.ingestion_files ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- How far a run is; overwritten all the time, so neither an event nor audited.
CREATE UNLOGGED TABLE registry.ingestion_progress (
  run_id     uuid PRIMARY KEY,
  phase      text NOT NULL,
  rows_read  bigint NOT NULL,
  rows_total bigint,
  percent    integer NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- Rows of a file that could not be used, with their text and the reason.
CREATE TABLE registry.ingestion_rejects (
  run_id uuid NOT NULL,
  line   integer NOT NULL,
  raw    text NOT NULL,
  reason text NOT NULL,
  PRIMARY KEY (run_id, line)
);

-- What each gate of each run measured.
CREATE TABLE registry.data_quality_checks (
  run_id     uuid NOT NULL,
  broker     text NOT NULL,
  day        date NOT NULL,
  name       text NOT NULL,
  segment    text NOT NULL DEFAULT '',
  outcome    text NOT NULL,
  measured   numeric,
  "limit"    numeric,
  checked_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (run_id, name, segment)
);
