-- What lists say that are no lists of instruments: read models of the streams `reference_list-<list>`. Each fact holds for [valid_from, valid_to);
-- `subject` names it within its list.

CREATE TABLE registry.reference_lists (
  list       text PRIMARY KEY,
  version    integer NOT NULL,
  file       text NOT NULL,
  first_day  date NOT NULL,
  newest_day date NOT NULL,
  -- Days of which a file is in.
  days       integer NOT NULL,
  -- Facts that hold on the newest of them.
  entries    integer NOT NULL
);

-- The exchange's lot of an underlying's contracts, by the month in which they expire; known as announced from valid_from on.
CREATE TABLE registry.announced_lots (
  list         text NOT NULL,
  subject      text NOT NULL,
  valid_from   date NOT NULL,
  valid_to     date,
  underlying   text NOT NULL,
  expiry_month text NOT NULL,
  lot_size     bigint NOT NULL,
  PRIMARY KEY (list, subject, valid_from)
);
CREATE INDEX announced_lots_underlying ON registry.announced_lots (underlying, expiry_month);

CREATE TABLE registry.freeze_quantities (
  list       text NOT NULL,
  subject    text NOT NULL,
  valid_from date NOT NULL,
  valid_to   date,
  underlying text NOT NULL,
  quantity   bigint NOT NULL,
  PRIMARY KEY (list, subject, valid_from)
);

CREATE TABLE registry.banned_underlyings (
  list       text NOT NULL,
  subject    text NOT NULL,
  valid_from date NOT NULL,
  valid_to   date,
  underlying text NOT NULL,
  PRIMARY KEY (list, subject, valid_from)
);

CREATE TABLE registry.index_members (
  list       text NOT NULL,
  subject    text NOT NULL,
  valid_from date NOT NULL,
  valid_to   date,
  index_key  text NOT NULL,
  symbol     text NOT NULL,
  name       text,
  isin       text,
  series     text,
  weight     numeric,
  industry   text,
  PRIMARY KEY (list, subject, valid_from)
);
CREATE INDEX index_members_isin ON registry.index_members (isin);

CREATE TABLE registry.venues (
  list          text NOT NULL,
  subject       text NOT NULL,
  valid_from    date NOT NULL,
  valid_to      date,
  mic           text NOT NULL,
  operating_mic text NOT NULL,
  kind          text NOT NULL,
  name          text NOT NULL,
  legal_entity  text,
  lei           text,
  category      text,
  acronym       text,
  country       text NOT NULL,
  city          text,
  website       text,
  status        text NOT NULL,
  created_on    date,
  updated_on    date,
  expired_on    date,
  PRIMARY KEY (list, subject, valid_from)
);
CREATE INDEX venues_mic ON registry.venues (mic);
