-- API keys and answers of creating requests.

-- What is known of each key; a reading of its stream (src/modules/auth/tables.ts). No secret is in it.
CREATE TABLE registry.api_keys (
  id                    uuid PRIMARY KEY,
  version               integer NOT NULL,
  name                  text NOT NULL,
  -- The beginning of the key, by which people recognise it.
  prefix                text NOT NULL,
  scopes                text[] NOT NULL,
  -- The row of registry.api_key_secrets that is good, and the one before it until the overlap of a rotation ends.
  secret                uuid NOT NULL,
  previous_secret       uuid,
  overlap_until         timestamptz,
  created_at            timestamptz NOT NULL,
  created_by            text NOT NULL,
  expires_at            timestamptz,
  revoked_at            timestamptz,
  -- Null: the service's own.
  rate_limit_per_minute integer,
  burst                 integer,
  -- Addresses and ranges that the key may be used from; null: any.
  allowed_ips           text[]
);

-- The hash of each secret, HMAC-SHA-256 with the service's pepper. A row counts only while its key names it.
CREATE TABLE registry.api_key_secrets (
  id           uuid PRIMARY KEY,
  key_id       uuid NOT NULL,
  hash         bytea NOT NULL UNIQUE,
  last_used_at timestamptz
);
CREATE INDEX api_key_secrets_key ON registry.api_key_secrets (key_id);

-- Answers of creating requests, given again for a repeated Idempotency-Key; status is null while the first is under way.
CREATE TABLE registry.idempotency_keys (
  caller       text COLLATE "C" NOT NULL,
  route        text COLLATE "C" NOT NULL,
  key          text COLLATE "C" NOT NULL,
  request_hash bytea NOT NULL,
  status       smallint,
  headers      jsonb,
  body         text,
  created_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (caller, route, key)
);
CREATE INDEX idempotency_keys_created_at ON registry.idempotency_keys (created_at);

-- Readiness compares the schema with the program.
DO $$
BEGIN
  IF to_regclass('public._prisma_migrations') IS NOT NULL THEN
    GRANT SELECT ON public._prisma_migrations TO registry_app;
  END IF;
END $$;
