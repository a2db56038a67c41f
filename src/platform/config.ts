import { resolve } from 'node:path';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { CannotStart } from './cannot-start';

const mebibytes = 1024 * 1024;
/** Its two locks, what it compares with, and two transactions that write. */
const connectionsOfRun = 5;

/** Text to value; an absent or empty variable is `undefined` and takes the default. */
const number = (least: number, most: number) =>
  z.coerce
    .number(`a whole number from ${least} to ${most}`)
    .int(`a whole number from ${least} to ${most}`)
    .min(least, `a whole number from ${least} to ${most}`)
    .max(most, `a whole number from ${least} to ${most}`);
const list = z.string().transform((text) => text.split(',').flatMap((part) => part.trim() || []));
const sources = z
  .array(
    z
      .string()
      .transform((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)] as const)
      .refine(
        ([broker, address]) => broker !== '' && /^https?:/.test(address) && URL.canParse(address),
        'kite=https://mirror.example/kite.csv',
      ),
  )
  .transform((pairs): Record<string, string> => Object.fromEntries(pairs));
const url = (protocol: RegExp, wanted: string) =>
  z.string().refine((text) => URL.canParse(text) && protocol.test(new URL(text).protocol), wanted);
const postgresUrl = url(/^postgres(ql)?:$/, 'an address such as postgresql://user:password@host:5432/database');
const on = ['on', 'true', 'yes', '1'];
const off = ['off', 'false', 'no', '0'];
const roles = ['api', 'worker'] as const;

/** Environment variable and form of every field. The names are those of the operations manual. */
const fields = {
  /** Empty until the embedded PostgreSQL has started. */
  databaseUrl: { name: 'DATABASE_URL', secret: true, form: postgresUrl.default('') },
  /** Owner of the tables: runs the migrations. */
  migrationDatabaseUrl: { name: 'MIGRATION_DATABASE_URL', secret: true, form: postgresUrl.default('') },
  /** May be a replica. */
  databaseReadUrl: { name: 'DATABASE_READ_URL', secret: true, form: postgresUrl.default('') },
  databasePoolSize: { name: 'DATABASE_POOL_SIZE', form: number(1, 500).default(10) },
  /** Empty until the embedded Redis has started. */
  redisUrl: { name: 'REDIS_URL', secret: true, form: url(/^rediss?:$/, 'an address such as redis://host:6379').default('') },
  /** For the command line: where the service answers, and the key to show there (default: the one that the first start left). */
  registryUrl: {
    name: 'REGISTRY_URL',
    form: url(/^https?:$/, 'an address such as http://127.0.0.1:8086').default('http://127.0.0.1:8086'),
  },
  registryApiKey: { name: 'REGISTRY_API_KEY', secret: true, form: z.string().optional() },
  configServiceUrl: { name: 'CONFIG_SERVICE_URL', form: url(/^https?:$/, 'an address such as https://config.internal').optional() },
  configServiceApiKey: { name: 'CONFIG_SERVICE_API_KEY', secret: true, form: z.string().optional() },
  environment: { name: 'ENVIRONMENT', form: z.enum(['dev', 'staging', 'prod'], 'dev, staging or prod').default('dev') },
  /** A role switches background loops on, never modules off. */
  roles: {
    name: 'ROLES',
    form: list
      .pipe(z.array(z.enum(roles, 'api, worker or api,worker')).min(1, 'api, worker or api,worker'))
      .transform((names): ReadonlySet<(typeof roles)[number]> => new Set(names))
      .default(new Set(roles)),
  },
  /** Only this machine by default; a container wants 0.0.0.0. */
  host: { name: 'HOST', form: z.string().default('127.0.0.1') },
  port: { name: 'PORT', form: number(0, 65_535).default(8086) },
  /** Where the service keeps files: the embedded servers, the first key, uploads. */
  dataDir: {
    name: 'DATA_DIR',
    form: z
      .string()
      .default('.data')
      .transform((folder) => resolve(folder)),
  },
  logLevel: {
    name: 'LOG_LEVEL',
    form: z
      .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'trace, debug, info, warn, error, fatal or silent')
      .default('info'),
  },
  corsOrigins: { name: 'CORS_ORIGINS', form: list.default([]) },
  /** Taken as it is and made an admin key at start. */
  bootstrapApiKey: {
    name: 'BOOTSTRAP_API_KEY',
    secret: true,
    form: z
      .string()
      .regex(/^[\x21-\x7e]{24,}$/, '24 or more printable characters without blanks')
      .optional(),
  },
  sampleCatalogue: {
    name: 'SAMPLE_CATALOGUE',
    form: z
      .enum([...on, ...off], 'on or off')
      .transform((text) => on.includes(text))
      .default(true),
  },
  /** `real`, `follow` (10:00 IST of the newest day among completed runs), or a fixed day or time. */
  marketClock: {
    name: 'MARKET_CLOCK',
    form: z
      .union(
        [z.enum(['real', 'follow']), z.iso.date(), z.iso.datetime({ offset: true })],
        'real, follow, a day such as 2026-01-07 or a time such as 2026-01-07T10:00:00+05:30',
      )
      .default('real'),
  },
  /** Where an installed redis-server is looked for. */
  searchPath: { name: 'PATH', form: z.string().default('') },
  /** Folders that `file:` sources may be read from; none by default. */
  ingestFolders: { name: 'INGEST_FOLDERS', form: list.transform((folders) => folders.map((folder) => resolve(folder))).default([]) },
  /** Hosts beside the brokers' own that https sources may be fetched from. */
  ingestHosts: { name: 'INGEST_HOSTS', form: list.default([]) },
  /** Addresses instead of brokers' own, as `kite=https://mirror.example/kite.csv`, with commas between. */
  ingestSources: { name: 'INGEST_SOURCES', form: list.pipe(sources).default({}) },
  rateLimitPerMinute: { name: 'INSTRUMENT_REGISTRY_RATE_LIMIT_PER_MINUTE', form: number(1, 10_000_000).default(100) },
  rateLimitBurst: { name: 'INSTRUMENT_REGISTRY_RATE_LIMIT_BURST', form: number(0, 10_000_000).default(20) },
  /** Rows decided and written in one transaction. */
  ingestionBatchSize: { name: 'INSTRUMENT_REGISTRY_INGESTION_BATCH_SIZE', form: number(1, 5_000).default(1_500) },
  /** Limits of ingestion's gates that differ from the defaults, as `dhan/MCX/lot_jumps=0.5`, with commas between. */
  gates: { name: 'INSTRUMENT_REGISTRY_GATES', form: list.default([]) },
  /** Runs that one process carries out at a time, each of another broker. */
  ingestionWorkerCount: { name: 'INSTRUMENT_REGISTRY_INGESTION_WORKER_COUNT', form: number(1, 16).default(1) },
  /** Times that a scheduled download which failed is tried again on its day. */
  scheduleRetries: { name: 'INSTRUMENT_REGISTRY_SCHEDULE_RETRIES', form: number(0, 20).default(5) },
  /** Minutes of trading after the day of a broker's newest file until it is called late, and stale. */
  freshnessLateMinutes: { name: 'INSTRUMENT_REGISTRY_FRESHNESS_LATE_MINUTES', form: number(0, 1_000_000).default(60) },
  freshnessStaleMinutes: { name: 'INSTRUMENT_REGISTRY_FRESHNESS_STALE_MINUTES', form: number(0, 1_000_000).default(375) },
  /** Files of each of its brokers that must lack a listing before it counts as delisted. */
  delistingFiles: { name: 'INSTRUMENT_REGISTRY_DELISTING_FILES', form: number(1, 1_000).default(5) },
  /** Whom to believe first where brokers say different things and neither an exchange's file nor the majority decides. */
  preferredBrokers: {
    name: 'INSTRUMENT_REGISTRY_PREFERRED_BROKERS',
    form: list.pipe(z.array(z.string().regex(/^[a-z][a-z0-9-]{1,31}$/, 'names of brokers, such as upstox,kite'))).default([]),
  },
  uploadMaxPackedBytes: {
    name: 'INSTRUMENT_REGISTRY_UPLOAD_MAX_PACKED_BYTES',
    form: number(1, Number.MAX_SAFE_INTEGER).default(512 * mebibytes),
  },
  uploadMaxUnpackedBytes: {
    name: 'INSTRUMENT_REGISTRY_UPLOAD_MAX_UNPACKED_BYTES',
    form: number(1, Number.MAX_SAFE_INTEGER).default(2048 * mebibytes),
  },
  /** Mixed into the hashes of API keys, so that a stolen database is not enough to test keys against. */
  keyPepper: { name: 'INSTRUMENT_REGISTRY_KEY_PEPPER', secret: true, form: z.string().min(16, '16 or more characters').optional() },
} satisfies Record<string, { name: string; secret?: true; form: z.ZodType }>;

/** Older names of a variable, read when the present one is absent. */
const aliases: Readonly<Record<string, string>> = { CONFIG_SERVICE_API_KEY: 'INTERNAL_API_KEY' };

type Settings = { readonly [Field in keyof typeof fields]: z.output<(typeof fields)[Field]['form']> };

const Fields = class {
  constructor(settings: Settings) {
    Object.assign(this, settings);
  }
  // True because Object.assign gives the instance every field of Settings.
} as new (settings: Settings) => Settings;

/** What the service is told before anything else can be read. The only reader of the environment. */
@Injectable()
export class Config extends Fields {
  static load(env: NodeJS.ProcessEnv = process.env): Config {
    const settings = Object.fromEntries(Object.entries(fields).map(([field, description]) => [field, read(env, description)]));
    // True because every entry of `fields` was read by its own schema.
    const config = new Config(settings as unknown as Settings);
    const least = connectionsOfRun * config.ingestionWorkerCount + 2;
    if (config.ingestionWorkerCount > 1 && config.databasePoolSize < least)
      throw new CannotStart(
        `INSTRUMENT_REGISTRY_INGESTION_WORKER_COUNT is ${config.ingestionWorkerCount}, which takes a DATABASE_POOL_SIZE of ${least} or more; it is ${config.databasePoolSize}.`,
      );
    if (config.databaseUrl) return config.with({});
    const orphan = config.migrationDatabaseUrl ? 'MIGRATION_DATABASE_URL' : config.databaseReadUrl ? 'DATABASE_READ_URL' : undefined;
    if (orphan) throw new CannotStart(`${orphan} is set without DATABASE_URL: set both, or neither for the embedded PostgreSQL.`);
    return config;
  }

  /** The same with some fields changed. The migration and read addresses default to the database's. */
  with(changes: Partial<Settings>): Config {
    const settings: Settings = { ...this, ...changes };
    return new Config({
      ...settings,
      migrationDatabaseUrl: settings.migrationDatabaseUrl || settings.databaseUrl,
      databaseReadUrl: settings.databaseReadUrl || settings.databaseUrl,
    });
  }
}

function read(env: NodeJS.ProcessEnv, { name, secret, form }: { name: string; secret?: true; form: z.ZodType }): unknown {
  const text = env[name]?.trim() || env[aliases[name] ?? '']?.trim() || undefined;
  const result = form.safeParse(text);
  if (result.success) return result.data;
  const wanted = result.error.issues[0]?.message ?? 'another value';
  throw new CannotStart(`${name}${secret ? '' : ` is "${text}"`}${secret ? ' cannot be used' : ''}: it takes ${wanted}.`);
}
