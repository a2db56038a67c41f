-- Who changed what in the read models, and views for people.

CREATE TABLE registry.audit_trail (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  table_name     text NOT NULL,
  operation      text NOT NULL,
  -- Of the rows inserted by one statement (the events have their content; an id of several rows comes several times), or of the one row
  -- that was updated or deleted.
  instrument_ids uuid[] NOT NULL,
  old            jsonb,
  new            jsonb,
  changed_fields text[],
  actor          text,
  correlation_id text,
  run            text,
  recorded_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);
-- What was inserted is found by the run or the correlation id of the instrument's own events: an entry for each inserted row here took a
-- fifth of the time of a first load (12.6 s with them, 10.1 s without, 146,818 rows).
CREATE INDEX audit_trail_instruments ON registry.audit_trail USING gin (instrument_ids) WHERE operation <> 'INSERT';
CREATE INDEX audit_trail_correlation_id ON registry.audit_trail (correlation_id);
-- Ids do not compress.
ALTER TABLE registry.audit_trail ALTER COLUMN instrument_ids SET STORAGE EXTERNAL;
CREATE INDEX audit_trail_run ON registry.audit_trail (run) WHERE run IS NOT NULL;
CREATE INDEX audit_trail_recorded_at ON registry.audit_trail USING brin (recorded_at);
REVOKE INSERT, UPDATE, DELETE ON registry.audit_trail FROM registry_app;

-- Writes the trail for one statement, in sets. Arguments: the column with the instrument's id, then the columns that identify a row.
-- Runs with its owner's rights: the service itself cannot write to the trail. The actor comes from the transaction's settings.
CREATE FUNCTION registry.audit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
  _who  text := format('%L, %L, %L',
    nullif(current_setting('registry.actor', true), ''),
    nullif(current_setting('registry.correlation_id', true), ''),
    nullif(current_setting('registry.run', true), ''));
  _same text;
BEGIN
  IF TG_OP = 'INSERT' THEN
    EXECUTE format(
      'INSERT INTO registry.audit_trail (table_name, operation, instrument_ids, actor, correlation_id, run)
       SELECT %L, %L, ids, %s FROM (SELECT array_agg(%I) AS ids FROM added) a WHERE ids IS NOT NULL',
      TG_TABLE_NAME, TG_OP, _who, TG_ARGV[0]);
  ELSIF TG_OP = 'DELETE' THEN
    EXECUTE format(
      'INSERT INTO registry.audit_trail (table_name, operation, instrument_ids, old, actor, correlation_id, run)
       SELECT %L, %L, ARRAY[%I], to_jsonb(removed), %s FROM removed',
      TG_TABLE_NAME, TG_OP, TG_ARGV[0], _who);
  ELSE
    SELECT string_agg(format('n.%I = o.%I', name, name), ' AND ') INTO _same FROM unnest(TG_ARGV) AS name;
    EXECUTE format(
      'INSERT INTO registry.audit_trail (table_name, operation, instrument_ids, old, new, changed_fields, actor, correlation_id, run)
       SELECT %L, %L, ARRAY[n.%I], c.old, c.new, c.fields, %s
       FROM (SELECT n.%I, to_jsonb(o) AS old, to_jsonb(n) AS new FROM removed o JOIN added n ON %s OFFSET 0) n
       CROSS JOIN LATERAL (
         SELECT jsonb_object_agg(a.key, n.old -> a.key) AS old, jsonb_object_agg(a.key, a.value) AS new, array_agg(a.key ORDER BY a.key) AS fields
         FROM jsonb_each(n.new) a WHERE a.value <> n.old -> a.key
       ) c
       WHERE c.fields IS NOT NULL',
      TG_TABLE_NAME, TG_OP, TG_ARGV[0], _who, TG_ARGV[0], _same);
  END IF;
  RETURN NULL;
END $$;

DO $$
DECLARE
  _table record;
BEGIN
  FOR _table IN
    SELECT * FROM (VALUES
      ('instruments', '''id'''),
      ('lot_sizes', '''instrument_id'', ''valid_from'''),
      ('instrument_identifiers', '''instrument_id'', ''kind'', ''valid_from'''),
      ('broker_tokens', '''instrument_id'', ''broker'', ''segment'', ''exchange_token'', ''valid_from''')
    ) AS t (name, key)
  LOOP
    EXECUTE format('CREATE TRIGGER audit_insert AFTER INSERT ON registry.%I REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION registry.audit(%s)', _table.name, _table.key);
    EXECUTE format('CREATE TRIGGER audit_update AFTER UPDATE ON registry.%I REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION registry.audit(%s)', _table.name, _table.key);
    EXECUTE format('CREATE TRIGGER audit_delete AFTER DELETE ON registry.%I REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION registry.audit(%s)', _table.name, _table.key);
  END LOOP;
END $$;

-- What can be traded today (the database's day in Asia/Kolkata; the API answers for any day and clock).
CREATE VIEW registry.active_instruments AS
SELECT i.id, t.key, t.symbol, t.name, t.segment, t.type, t.isin, t.series, t.underlying, t.expiry, t.strike, t.option_type,
       t.lot_size, t.tick_size, t.multiplier, t.freeze_quantity, t.flags, v.version
FROM registry.instruments i
JOIN log.streams v ON v.stream = 'instrument-' || i.id
JOIN registry.lot_sizes t ON t.instrument_id = i.id
WHERE NOT t.suspended AND NOT i.is_test
  AND t.valid_from <= (now() AT TIME ZONE 'Asia/Kolkata')::date
  AND (t.valid_to IS NULL OR t.valid_to > (now() AT TIME ZONE 'Asia/Kolkata')::date);

-- Expiries of each underlying with their strikes.
CREATE VIEW registry.option_chains_summary AS
SELECT c.segment, c.underlying, count(*) AS expiries, min(c.expiry) AS nearest_expiry, max(c.expiry) AS last_expiry,
       sum(c.calls + c.puts) AS contracts, min(c.min_strike) AS min_strike, max(c.max_strike) AS max_strike
FROM registry.option_chains c
GROUP BY c.segment, c.underlying;

-- Every broker's token with the instrument that it means, for each period.
CREATE VIEW registry.broker_token_lookup AS
SELECT b.broker, b.segment, b.exchange_token, b.token, b.symbol AS broker_symbol, b.valid_from, b.valid_to, b.instrument_id, t.key
FROM registry.broker_tokens b
JOIN registry.lot_sizes t ON t.instrument_id = b.instrument_id
  AND t.valid_from <= b.valid_from AND (t.valid_to IS NULL OR t.valid_to > b.valid_from);

-- Whose files of which day are in, segment by segment. A quarantined run is good for the segments that it published: only they are its own.
CREATE VIEW registry.good_files AS
SELECT r.broker, s.segment, r.day, r.day_estimated, r.id AS run_id, r.ended_at, r.source = 'sample' AS is_sample
FROM registry.ingestion_runs r
CROSS JOIN LATERAL jsonb_array_elements_text(r.segments) AS s (segment)
WHERE r.status IN ('completed', 'quarantined') AND NOT r.dry_run;

-- The log as a table of instruments' events.
CREATE VIEW registry.instrument_events AS
SELECT e.position, substr(e.stream, 12)::uuid AS instrument_id, e.version, e.type, e.schema_version, e.data, e.metadata, e.recorded_at
FROM log.events e
WHERE e.stream LIKE 'instrument-%';

-- Fresh statistics for the planner after a large run; the service does not own the tables and could not ask for it itself.
CREATE FUNCTION registry.refresh_statistics() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
  ANALYZE registry.instruments, registry.lot_sizes, registry.instrument_identifiers, registry.broker_tokens;
END $$;
