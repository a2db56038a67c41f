import { timingSafeEqual } from 'node:crypto';
import { BlockList, isIPv6 } from 'node:net';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Config } from '../../platform/config';
import { Database } from '../../platform/database/database';
import { Authenticator, type Caller } from '../../platform/http/caller';
import { Forbidden } from '../../platform/http/refusals';
import type { Scope } from './domain/api-key';
import { looksLikeKey } from './domain/key-text';
import { Secrets } from './secrets';

/** A verdict is good so long, from before it was asked for: what another process changes about a key is felt within a second. */
const cacheMs = 950;
const mostCached = 10_000;
/** Last use is written at most so often. */
const flushMs = 10_000;

type Known = {
  readonly caller: Caller;
  /** Whose use is noted; null for the bootstrap key, which has no row. */
  readonly secret: string | null;
  readonly goodUntil: number;
  readonly allowed: BlockList | null;
};
type Row = {
  readonly secret: string;
  readonly hash: Buffer;
  readonly id: string;
  readonly scopes: readonly Scope[];
  readonly good_until: Date | null;
  readonly rate_limit_per_minute: number | null;
  readonly burst: number | null;
  readonly allowed_ips: readonly string[] | null;
};

@Injectable()
export class KeyAuthenticator extends Authenticator implements OnModuleDestroy {
  private readonly log = new Logger(KeyAuthenticator.name);
  private readonly cache = new Map<string, { readonly known: Known | null; readonly until: number }>();
  private readonly used = new Map<string, Date>();
  private readonly bootstrap: { readonly hash: Buffer; readonly known: Known } | null;
  private readonly flushing: NodeJS.Timeout;
  /** How often everything was forgotten: a verdict that was asked for before that is not kept. */
  private epoch = 0;

  constructor(
    { bootstrapApiKey }: Config,
    private readonly secrets: Secrets,
    private readonly database: Database,
  ) {
    super();
    this.bootstrap = bootstrapApiKey
      ? {
          hash: secrets.hash(bootstrapApiKey),
          known: { caller: { id: 'bootstrap', scopes: new Set<Scope>(['admin']) }, secret: null, goodUntil: Infinity, allowed: null },
        }
      : null;
    this.flushing = setInterval(() => void this.flush(), flushMs).unref();
  }

  authenticate(key: string, address: string): Caller | null | Promise<Caller | null> {
    const cached = this.cache.get(key);
    if (cached && cached.until > performance.now()) return this.admit(cached.known, address);
    if (this.bootstrap && timingSafeEqual(this.secrets.hash(key), this.bootstrap.hash)) {
      this.remember(key, this.bootstrap.known, performance.now() + cacheMs);
      return this.bootstrap.known.caller;
    }
    if (!looksLikeKey(key)) return null;
    return this.verify(key).then((known) => this.admit(known, address));
  }

  /** What is known of keys is looked up again: to be called when one was changed here. */
  forget() {
    this.epoch++;
    this.cache.clear();
  }

  private admit(known: Known | null, address: string): Caller | null {
    if (!known || known.goodUntil <= Date.now()) return null;
    if (known.allowed && !known.allowed.check(address, isIPv6(address) ? 'ipv6' : 'ipv4'))
      throw new Forbidden('This key may not be used from this address.');
    if (known.secret !== null) this.used.set(known.secret, new Date());
    return known.caller;
  }

  private async verify(key: string): Promise<Known | null> {
    const until = performance.now() + cacheMs;
    const { epoch } = this;
    const hash = this.secrets.hash(key);
    const rows = await this.database.query<Row>({
      name: 'authenticate',
      text: `SELECT s.id AS secret, s.hash, k.id, k.scopes, k.rate_limit_per_minute, k.burst, k.allowed_ips,
                    least(k.expires_at, CASE WHEN k.previous_secret = s.id THEN k.overlap_until END) AS good_until
             FROM registry.api_key_secrets s JOIN registry.api_keys k ON k.id = s.key_id
             WHERE s.hash = $1 AND k.revoked_at IS NULL AND s.id IN (k.secret, k.previous_secret)`,
      values: [hash],
    });
    const row = rows[0];
    const known = row && timingSafeEqual(row.hash, hash) ? knownBy(row) : null;
    if (epoch === this.epoch) this.remember(key, known, until);
    return known;
  }

  private remember(key: string, known: Known | null, until: number) {
    if (this.cache.size >= mostCached) this.cache.clear();
    this.cache.set(key, { known, until });
  }

  /** When each secret was last used; lost at most for the last seconds before a crash. */
  private async flush() {
    if (this.used.size === 0) return;
    const uses = [...this.used];
    this.used.clear();
    try {
      await this.database.query({
        text: `UPDATE registry.api_key_secrets s SET last_used_at = u.at FROM unnest($1::uuid[], $2::timestamptz[]) AS u (id, at)
               WHERE s.id = u.id AND (s.last_used_at IS NULL OR s.last_used_at < u.at - interval '1 minute')`,
        values: [uses.map(([secret]) => secret), uses.map(([, at]) => at)],
      });
    } catch (error) {
      this.log.warn({ err: error }, 'When keys were last used could not be written.');
    }
  }

  async onModuleDestroy() {
    clearInterval(this.flushing);
    await this.flush();
  }
}

function knownBy({ id, scopes, secret, good_until, rate_limit_per_minute, burst, allowed_ips }: Row): Known {
  return {
    caller: { id, scopes: new Set(scopes), rateLimitPerMinute: rate_limit_per_minute ?? undefined, burst: burst ?? undefined },
    secret,
    goodUntil: good_until?.getTime() ?? Infinity,
    allowed: allowed_ips && blockList(allowed_ips),
  };
}

function blockList(addresses: readonly string[]): BlockList {
  const list = new BlockList();
  for (const address of addresses) {
    const [host = '', bits] = address.split('/');
    const family = isIPv6(host) ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(host, family);
    else list.addSubnet(host, Number(bits), family);
  }
  return list;
}
