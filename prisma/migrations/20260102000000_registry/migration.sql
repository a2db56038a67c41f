-- The read models that commit together with their events. Every row is computed from its stream's state
-- (src/modules/instruments/tables.ts) and can be rebuilt from the log at any time.

CREATE SCHEMA registry;
GRANT USAGE ON SCHEMA registry TO registry_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA registry GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO registry_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA registry GRANT USAGE, SELECT ON SEQUENCES TO registry_app;

-- One row per instrument: what does not change while it lives, and how far its stream has come.
CREATE TABLE registry.instruments (
  id          uuid PRIMARY KEY,
  version     integer NOT NULL,
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

-- Names by which an instrument is found, each for its period: keys, and the symbols and ISINs of what is not a contract.
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
  PRIMARY KEY (instrument_id, broker, segment, exchange_token, valid_from)
);
CREATE INDEX broker_tokens_exchange_token ON registry.broker_tokens (exchange_token, segment, broker);
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
-- writes one of the two tables notes what it touched; at the end of the transaction all of it is checked at once, behind the one lock
-- that every writer of the log takes, so that of two concurrent transactions the later one sees what the earlier one committed.

CREATE TYPE registry.held_name AS (broker text, segment text, name text);

-- Empty between transactions: each deletes its own rows when it has checked them.
CREATE UNLOGGED TABLE registry.unchecked_names (
  id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- one_holder_per_key or one_instrument_per_token
  rule  text NOT NULL,
  names registry.held_name[] NOT NULL
);
-- Compressing what lives for milliseconds costs more than writing it.
ALTER TABLE registry.unchecked_names ALTER COLUMN names SET STORAGE EXTERNAL;
REVOKE ALL ON registry.unchecked_names FROM registry_app;

CREATE FUNCTION registry.note_keys() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
  INSERT INTO registry.unchecked_names (rule, names)
  SELECT 'one_holder_per_key', array_agg(ROW(NULL, NULL, w.value)::registry.held_name) FROM written w WHERE w.kind = 'key' HAVING count(*) > 0;
  RETURN NULL;
END $$;
CREATE TRIGGER note_inserted_keys AFTER INSERT ON registry.instrument_identifiers
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION registry.note_keys();
CREATE TRIGGER note_updated_keys AFTER UPDATE ON registry.instrument_identifiers
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION registry.note_keys();

CREATE FUNCTION registry.note_tokens() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
  INSERT INTO registry.unchecked_names (rule, names)
  SELECT 'one_instrument_per_token', array_agg(ROW(w.broker, w.segment, w.exchange_token)::registry.held_name) FROM written w HAVING count(*) > 0;
  RETURN NULL;
END $$;
CREATE TRIGGER note_inserted_tokens AFTER INSERT ON registry.broker_tokens
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION registry.note_tokens();
CREATE TRIGGER note_updated_tokens AFTER UPDATE ON registry.broker_tokens
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION registry.note_tokens();

-- The plan is kept from when the tables were empty, so it is told to use the indexes.
CREATE FUNCTION registry.check_names() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
DECLARE
  _clash text;
BEGIN
  -- An older snapshot would not see what others committed meanwhile.
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'Keys and tokens are written in READ COMMITTED transactions only.' USING ERRCODE = 'feature_not_supported';
  END IF;
  PERFORM FROM log.head FOR NO KEY UPDATE;
  IF NEW.rule = 'one_holder_per_key' THEN
    SELECT format('%s of %s in %s and of %s in %s', a.value, a.instrument_id, daterange(a.valid_from, a.valid_to), b.instrument_id, daterange(b.valid_from, b.valid_to))
      INTO _clash
      FROM unnest(NEW.names) n
      JOIN registry.instrument_identifiers a ON a.value = n.name AND a.kind = 'key'
      JOIN registry.instrument_identifiers b ON b.value = a.value AND b.kind = 'key' AND b.ctid <> a.ctid
     WHERE daterange(a.valid_from, a.valid_to) && daterange(b.valid_from, b.valid_to)
     LIMIT 1;
  ELSE
    SELECT format('%s %s %s of %s in %s and of %s in %s', a.broker, a.segment, a.exchange_token, a.instrument_id, daterange(a.valid_from, a.valid_to),
                  b.instrument_id, daterange(b.valid_from, b.valid_to))
      INTO _clash
      FROM unnest(NEW.names) n
      JOIN registry.broker_tokens a ON a.exchange_token = n.name AND a.segment = n.segment AND a.broker = n.broker
      JOIN registry.broker_tokens b ON b.exchange_token = a.exchange_token AND b.segment = a.segment AND b.broker = a.broker AND b.ctid <> a.ctid
     WHERE daterange(a.valid_from, a.valid_to) && daterange(b.valid_from, b.valid_to)
     LIMIT 1;
  END IF;
  IF _clash IS NOT NULL THEN
    RAISE EXCEPTION 'The rule % is broken.', NEW.rule
      USING ERRCODE = 'exclusion_violation', CONSTRAINT = NEW.rule, DETAIL = _clash, SCHEMA = 'registry',
            TABLE = CASE NEW.rule WHEN 'one_holder_per_key' THEN 'instrument_identifiers' ELSE 'broker_tokens' END;
  END IF;
  DELETE FROM registry.unchecked_names u WHERE u.id = NEW.id;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER names_are_checked AFTER INSERT ON registry.unchecked_names
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION registry.check_names();
