-- Trading days, schedules, and what the queue of runs goes by.

-- Days on which a venue departs from its week: reading of the streams `calendar-<venue>`. Without hours it is closed.
CREATE TABLE registry.calendar_days (
  venue text NOT NULL,
  day   date NOT NULL,
  name  text NOT NULL,
  -- HH:MM in Asia/Kolkata.
  open  text,
  close text,
  PRIMARY KEY (venue, day),
  CHECK ((open IS NULL) = (close IS NULL) AND (open IS NULL OR open < close))
);

-- When each broker's file is fetched: reading of the streams `schedule-<broker>`.
CREATE TABLE registry.schedules (
  broker   text PRIMARY KEY,
  version  integer NOT NULL,
  enabled  boolean NOT NULL,
  -- HH:MM in Asia/Kolkata, in order.
  times    jsonb NOT NULL,
  mode     text NOT NULL,
  segments jsonb,
  priority integer NOT NULL,
  venue    text NOT NULL,
  -- Day and time from which it holds: nothing before that is caught up with.
  since    jsonb NOT NULL,
  -- The last day and time it was carried out for, or tried.
  last     jsonb
);

-- Runs queued before this had no priority of their own. Of a file that was fetched: from where, and its ETag there.
ALTER TABLE registry.ingestion_runs ADD COLUMN priority integer NOT NULL DEFAULT 50, ADD COLUMN fetched jsonb;
