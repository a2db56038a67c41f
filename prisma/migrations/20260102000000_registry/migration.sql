-- The read models that commit together with their events. Every row is computed from its stream's state
-- (src/modules/instruments/tables.ts) and can be rebuilt from the log at any time.

CREATE SCHEMA registry;
GRANT USAGE ON SCHEMA registry TO registry_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA registry GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO registry_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA registry GRANT USAGE, SELECT ON SEQUENCES TO registry_app;

-- One row per instrument: what hardly changes while it lives. How far its stream has come stands in log.streams: a file that only adds its
-- broker's tokens writes nothing here.
CREATE TABLE registry.instruments (
  id          uuid PRIMARY KEY,
  segment     text NOT NULL,
  security_id uuid,
  is_test     boolean NOT NULL,
  listed_from date NOT NULL,
  -- First day on which it is no longer there; null while no end is known.
  listed_to   date,
  expired     boolean NOT NULL,
  delisting   text
);
CREATE INDEX instruments_security ON registry.instruments (security_id) WHERE security_id IS NOT NULL;

-- Effective-dated terms: one row per instrument and period in which nothing changed. Rupees, units, exact decimals.
CREATE TABLE registry.lot_sizes (
  instrument_id   uuid NOT NULL,
  valid_from      date NOT NULL,
  valid_to        date,
  segment         text NOT NULL,
  key             text COLLATE "C" NOT NULL,
  symbol          text NOT NULL,
  name            text,
  type            text NOT NULL,
  isin            text,
  series          text,
  underlying      text,
  expiry          date,
  strike          numeric,
  option_type     text,
  lot_size        bigint,
  tick_size       numeric,
  multiplier      numeric,
  freeze_quantity bigint,
  suspended       boolean NOT NULL,
  flags           jsonb NOT NULL,
  PRIMARY KEY (instrument_id, valid_from)
);
CREATE INDEX lot_sizes_contract ON registry.lot_sizes (segment, underlying, expiry);
CREATE INDEX lot_sizes_key ON registry.lot_sizes (key);
CREATE TABLE registry.lot_sizes_history (LIKE registry.lot_sizes, superseded_version integer NOT NULL);
CREATE INDEX lot_sizes_history_instrument ON registry.lot_sizes_history (instrument_id);
CREATE INDEX lot_sizes_history_key ON registry.lot_sizes_history (key);

-- Symbols and ISINs of what is not a contract, each for its period. (Keys are terms; contracts are found by key and by terms.)
CREATE TABLE registry.instrument_identifiers (
  instrument_id uuid NOT NULL,
  kind          text COLLATE "C" NOT NULL,
  value         text COLLATE "C" NOT NULL,
  segment       text NOT NULL,
  valid_from    date NOT NULL,
  valid_to      date CHECK (valid_from <= valid_to),
  PRIMARY KEY (instrument_id, kind, valid_from)
);
CREATE INDEX instrument_identifiers_value ON registry.instrument_identifiers (value, kind);
CREATE TABLE registry.instrument_identifiers_history (LIKE registry.instrument_identifiers, superseded_version integer NOT NULL);
CREATE INDEX instrument_identifiers_history_value ON registry.instrument_identifiers_history (value, kind);

-- Which token means which instrument at which broker, and what that broker says of it, each for its period.
CREATE TABLE registry.broker_tokens (
  instrument_id   uuid NOT NULL,
  broker          text COLLATE "C" NOT NULL,
  segment         text COLLATE "C" NOT NULL,
  exchange_token  text COLLATE "C" NOT NULL,
  token           text COLLATE "C" NOT NULL,
  symbol          text NOT NULL,
  -- The company name that this broker shows; null for contracts.
  name            text,
  lot_size        bigint,
  tick_size       numeric,
  freeze_quantity bigint,
  valid_from      date NOT NULL,
  valid_to        date CHECK (valid_from <= valid_to),
  -- Begins with what tokens are looked up by: one index less to keep.
  PRIMARY KEY (exchange_token, segment, broker, instrument_id, valid_from)
);
CREATE INDEX broker_tokens_instrument ON registry.broker_tokens (instrument_id);
CREATE INDEX broker_tokens_token ON registry.broker_tokens (token);
CREATE INDEX broker_tokens_symbol ON registry.broker_tokens (symbol, broker);
CREATE TABLE registry.broker_tokens_history (LIKE registry.broker_tokens, superseded_version integer NOT NULL);
CREATE INDEX broker_tokens_history_exchange_token ON registry.broker_tokens_history (exchange_token, segment);
CREATE INDEX broker_tokens_history_token ON registry.broker_tokens_history (token);
CREATE INDEX broker_tokens_history_symbol ON registry.broker_tokens_history (symbol);

-- Expiries and strikes of each underlying, brought up to date at the end of every run.
CREATE TABLE registry.option_chains (
  segment    text NOT NULL,
  underlying text NOT NULL,
  expiry     date NOT NULL,
  calls      integer NOT NULL,
  puts       integer NOT NULL,
  min_strike numeric NOT NULL,
  max_strike numeric NOT NULL,
  strikes    integer NOT NULL,
  PRIMARY KEY (segment, underlying, expiry)
);

-- At any instant a key names at most one instrument, and a token of a broker means at most one (docs/adr/0006). Each statement that
-- writes one of the two tables notes the names it touched; at the end of the transaction all of them are checked at once, behind the one
-- lock that every writer of the log takes, so that of two concurrent transactions the later one sees what the earlier one committed.

-- Empty between transactions: each deletes its own rows when it has checked them.
CREATE UNLOGGED TABLE registry.unchecked_names (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- one_holder_per_key (names are keys) or one_instrument_per_token (names are exchange tokens of the broker and segment)
  rule    text NOT NULL,
  broker  text COLLATE "C",
  segment text COLLATE "C",
  names   text[] COLLATE "C" NOT NULL
);
-- Compressing what lives for milliseconds costs more than writing it.
ALTER TABLE registry.unchecked_names ALTER COLUMN names SET STORAGE EXTERNAL;
REVOKE ALL ON registry.unchecked_names FROM registry_app;

CREATE FUNCTION registry.note_keys() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
  INSERT INTO registry.unchecked_names (rule, names)
  SELECT 'one_holder_per_key', array_agg(w.key) FROM written w HAVING count(*) > 0;
  RETURN NULL;
END $$;
CREATE TRIGGER note_inserted_keys AFTER INSERT ON registry.lot_sizes
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION registry.note_keys();
CREATE TRIGGER note_updated_keys AFTER UPDATE ON registry.lot_sizes
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION registry.note_keys();

CREATE FUNCTION registry.note_tokens() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
  INSERT INTO registry.unchecked_names (rule, broker, segment, names)
  SELECT 'one_instrument_per_token', w.broker, w.segment, array_agg(w.exchange_token) FROM written w GROUP BY w.broker, w.segment;
  RETURN NULL;
END $$;
CREATE TRIGGER note_inserted_tokens AFTER INSERT ON registry.broker_tokens
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION registry.note_tokens();
CREATE TRIGGER note_updated_tokens AFTER UPDATE ON registry.broker_tokens
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION registry.note_tokens();

-- Most names stand in one row, which cannot clash: only the others are compared. The plan is kept from when the tables were empty, so it
-- is told to use the indexes.
CREATE FUNCTION registry.check_names() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp
SET enable_seqscan = off SET enable_mergejoin = off SET jit = off AS $$
DECLARE
  _clash text;
BEGIN
  -- An older snapshot would not see what others committed meanwhile.
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'Keys and tokens are written in READ COMMITTED transactions only.' USING ERRCODE = 'feature_not_supported';
  END IF;
  PERFORM FROM log.head FOR NO KEY UPDATE;
  IF NEW.rule = 'one_holder_per_key' THEN
    SELECT format('%s of %s in %s and of %s in %s', a.key, a.instrument_id, daterange(a.valid_from, a.valid_to), b.instrument_id, daterange(b.valid_from, b.valid_to))
      INTO _clash
      FROM (SELECT t.key FROM registry.lot_sizes t WHERE t.key = ANY(NEW.names) GROUP BY t.key HAVING count(*) > 1) d
      JOIN registry.lot_sizes a ON a.key = d.key
      JOIN registry.lot_sizes b ON b.key = d.key AND b.ctid <> a.ctid
     WHERE daterange(a.valid_from, a.valid_to) && daterange(b.valid_from, b.valid_to)
     LIMIT 1;
  ELSE
    SELECT format('%s %s %s of %s in %s and of %s in %s', a.broker, a.segment, a.exchange_token, a.instrument_id, daterange(a.valid_from, a.valid_to),
                  b.instrument_id, daterange(b.valid_from, b.valid_to))
      INTO _clash
      FROM (SELECT t.exchange_token FROM registry.broker_tokens t
            WHERE t.exchange_token = ANY(NEW.names) AND t.segment = NEW.segment AND t.broker = NEW.broker
            GROUP BY t.exchange_token HAVING count(*) > 1) d
      JOIN registry.broker_tokens a ON a.exchange_token = d.exchange_token AND a.segment = NEW.segment AND a.broker = NEW.broker
      JOIN registry.broker_tokens b ON b.exchange_token = d.exchange_token AND b.segment = NEW.segment AND b.broker = NEW.broker AND b.ctid <> a.ctid
     WHERE daterange(a.valid_from, a.valid_to) && daterange(b.valid_from, b.valid_to)
     LIMIT 1;
  END IF;
  IF _clash IS NOT NULL THEN
    RAISE EXCEPTION 'The rule % is broken.', NEW.rule
      USING ERRCODE = 'exclusion_violation', CONSTRAINT = NEW.rule, DETAIL = _clash, SCHEMA = 'registry',
            TABLE = CASE NEW.rule WHEN 'one_holder_per_key' THEN 'lot_sizes' ELSE 'broker_tokens' END;
  END IF;
  DELETE FROM registry.unchecked_names u WHERE u.id = NEW.id;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER names_are_checked AFTER INSERT ON registry.unchecked_names
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION registry.check_names();
