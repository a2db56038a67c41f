-- What a run would change in the segments that wait for a decision.

-- Of each such segment, how many changes of which kind. Read model of the run's stream, as the other columns.
ALTER TABLE registry.ingestion_runs ADD COLUMN pending jsonb NOT NULL DEFAULT '[]';

-- Each change (at most 50,000 of a run), as worked out when the run ended; replaced when the run goes on.
CREATE TABLE registry.ingestion_pending_changes (
  run_id        uuid NOT NULL,
  n             integer NOT NULL,
  segment       text NOT NULL,
  type          text NOT NULL,
  -- Null while there is no such instrument.
  instrument_id uuid,
  key           text,
  valid_from    date,
  before        jsonb,
  after         jsonb,
  PRIMARY KEY (run_id, n)
);
