-- The log: every change for ever, in one order.

-- The role of the service. Roles belong to the whole server, so another database of it may have made this one already.
DO $$
BEGIN
  CREATE ROLE registry_app NOLOGIN;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL;
END $$;

DO $$
BEGIN
  EXECUTE format('GRANT registry_app TO %I', current_user);
EXCEPTION
  WHEN OTHERS THEN NULL; -- granted already, or by whoever administers the server
END $$;

CREATE SCHEMA log;
GRANT USAGE ON SCHEMA log TO registry_app;

-- Where each stream stands: moved by compare-and-set, so that of two concurrent writers one wins.
CREATE TABLE log.streams (
  stream  text COLLATE "C" PRIMARY KEY,
  version integer NOT NULL
-- Room for each stream's next version beside this one: the index need not learn of it.
) WITH (fillfactor = 50);

-- The position of the newest event. Writers update it last, so positions have no gaps and follow the order of commits.
CREATE TABLE log.head (
  one         boolean PRIMARY KEY DEFAULT true CHECK (one),
  position    bigint NOT NULL,
  recorded_at timestamptz NOT NULL
);
INSERT INTO log.head (position, recorded_at) VALUES (0, '-infinity');

-- A command id that was carried out already: doing it again changes nothing.
CREATE TABLE log.commands (
  command_id text COLLATE "C" PRIMARY KEY,
  position   bigint NOT NULL
);

-- The metadata of the present transaction. Called immutable so that a COPY, which folds its columns' defaults once, parses it once and
-- not for every event; whoever inserts otherwise gives the column a value.
CREATE FUNCTION log.metadata() RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN current_setting('registry.metadata');
END $$;

CREATE TABLE log.events (
  position       bigint NOT NULL,
  stream         text COLLATE "C" NOT NULL,
  version        integer NOT NULL,
  type           text COLLATE "C" NOT NULL,
  schema_version smallint NOT NULL DEFAULT 1,
  -- As text: nothing searches in it, and jsonb takes longer to write (a quarter of the append) and to give back.
  data           json NOT NULL,
  metadata       jsonb NOT NULL DEFAULT log.metadata(),
  recorded_at    timestamptz NOT NULL,
  PRIMARY KEY (position)
) PARTITION BY RANGE (position);
CREATE INDEX events_stream_version ON log.events (stream, version);

-- Adds the partition that holds `_position` (five million positions each) when it is not there yet. Owned by the migrating role.
CREATE FUNCTION log.ensure_partition(_position bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = log, pg_temp AS $$
DECLARE
  _size  constant bigint := 5000000;
  _slice bigint := _position / _size;
  _name  text := format('events_p%s', lpad(_slice::text, 5, '0'));
BEGIN
  IF to_regclass('log.' || _name) IS NULL THEN
    EXECUTE format('CREATE TABLE log.%I PARTITION OF log.events FOR VALUES FROM (%s) TO (%s)', _name, _slice * _size, (_slice + 1) * _size);
    EXECUTE format('CREATE TRIGGER events_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON log.%I FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change()', _name);
  END IF;
END $$;

-- The log only grows: nobody updates, deletes or truncates it, not even its owner by mistake.
CREATE FUNCTION log.refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The log only grows: % on %.% is refused.', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER events_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON log.events FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();
CREATE TRIGGER commands_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON log.commands FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();
CREATE TRIGGER streams_stay BEFORE DELETE OR TRUNCATE ON log.streams FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();
CREATE TRIGGER head_stays BEFORE DELETE OR TRUNCATE ON log.head FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();

SELECT log.ensure_partition(0), log.ensure_partition(5000000);

-- The position of the newest event recorded at or before an instant (0 before the first). Positions have no gaps and recorded_at
-- follows them, so it is a binary search on the primary key; archived positions count as older.
CREATE FUNCTION log.position_at(_instant timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE AS $$
DECLARE
  _low  bigint := 0;
  _high bigint := (SELECT position FROM log.head);
  _mid  bigint;
  _at   timestamptz;
BEGIN
  WHILE _low < _high LOOP
    _mid := (_low + _high + 1) / 2;
    SELECT e.recorded_at INTO _at FROM log.events e WHERE e.position = _mid;
    IF NOT FOUND OR _at <= _instant THEN _low := _mid; ELSE _high := _mid - 1; END IF;
  END LOOP;
  RETURN _low;
END $$;

-- How far each follower of the log has come. The epoch fences off a leader that was paused and replaced.
CREATE TABLE log.followers (
  follower   text PRIMARY KEY,
  position   bigint NOT NULL DEFAULT 0,
  epoch      bigint NOT NULL DEFAULT 0,
  updated_at timestamptz NOT NULL DEFAULT now()
);

GRANT SELECT, INSERT ON log.events, log.commands TO registry_app;
GRANT SELECT, INSERT, UPDATE ON log.streams, log.followers TO registry_app;
GRANT SELECT, UPDATE ON log.head TO registry_app;
GRANT EXECUTE ON FUNCTION log.ensure_partition(bigint) TO registry_app;
