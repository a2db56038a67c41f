-- The exchange's symbol as the broker gives it, for what is no contract: a broker that keeps an old one is told from one that says it anew.
ALTER TABLE registry.broker_tokens ADD COLUMN exchange_symbol text;
ALTER TABLE registry.broker_tokens_history ADD COLUMN exchange_symbol text;
