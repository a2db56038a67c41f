-- How good each segment was on a day, with what was measured: as data_quality_checks, but of what the registry holds and not of one file.
-- Measured, so not from the log; a later check of the same day takes the place of the earlier one.
CREATE TABLE registry.segment_quality (
  day        date NOT NULL,
  segment    text COLLATE "C" NOT NULL,
  -- 0 to 100; null when nothing could be measured.
  score      numeric,
  measured   jsonb NOT NULL,
  parts      jsonb NOT NULL,
  checked_at timestamptz NOT NULL,
  PRIMARY KEY (day, segment)
);
