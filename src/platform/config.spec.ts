import { resolve } from 'node:path';
import { CannotStart } from './cannot-start';
import { Config } from './config';

const database = 'postgresql://ann:secret@db:5432/registry';

describe('the configuration', () => {
  it('has a default for everything', () =>
    expect({ ...Config.load({}) }).toMatchObject({
      databaseUrl: '',
      redisUrl: '',
      environment: 'dev',
      roles: new Set(['api', 'worker']),
      host: '127.0.0.1',
      port: 8086,
      dataDir: resolve('.data'),
      marketClock: 'real',
      sampleCatalogue: true,
      databasePoolSize: 10,
      ingestFolders: [],
      rateLimitPerMinute: 100,
      rateLimitBurst: 20,
      ingestionBatchSize: 1500,
      uploadMaxPackedBytes: 536_870_912,
      uploadMaxUnpackedBytes: 2_147_483_648,
    }));

  it('takes an empty variable for an absent one', () => expect(Config.load({ PORT: '', ROLES: ' ' }).port).toBe(8086));

  it('migrates and reads where it writes unless told otherwise', () => {
    const config = Config.load({ DATABASE_URL: database, DATABASE_READ_URL: 'postgres://replica/registry' });
    expect([config.migrationDatabaseUrl, config.databaseReadUrl]).toEqual([database, 'postgres://replica/registry']);
  });

  it('fills in what the embedded servers bring', () => {
    const config = Config.load({ PORT: '9000' }).with({ databaseUrl: database, redisUrl: 'redis://127.0.0.1:7000' });
    expect([config.port, config.databaseUrl, config.migrationDatabaseUrl, config.databaseReadUrl, config.redisUrl]).toEqual([
      9000,
      database,
      database,
      database,
      'redis://127.0.0.1:7000',
    ]);
  });

  it('reads lists, roles, switches and the older name of the internal key', () =>
    expect({
      ...Config.load({ ROLES: 'api', CORS_ORIGINS: 'https://a.test, https://b.test', SAMPLE_CATALOGUE: 'off', INTERNAL_API_KEY: 'k' }),
    }).toMatchObject({
      roles: new Set(['api']),
      corsOrigins: ['https://a.test', 'https://b.test'],
      sampleCatalogue: false,
      configServiceApiKey: 'k',
    }));

  it.each(['follow', '2026-01-07', '2026-01-07T10:00:00+05:30', '2026-01-07T04:30:00Z'])('takes %s for the market clock', (clock) =>
    expect(Config.load({ MARKET_CLOCK: clock }).marketClock).toBe(clock),
  );

  it.each([
    [{ PORT: '80x' }, 'PORT is "80x": it takes a whole number from 0 to 65535.'],
    [{ PORT: '70000' }, 'PORT is "70000": it takes a whole number from 0 to 65535.'],
    [{ ROLES: 'api,cook' }, 'ROLES is "api,cook": it takes api, worker or api,worker.'],
    [{ ENVIRONMENT: 'production' }, 'ENVIRONMENT is "production": it takes dev, staging or prod.'],
    [{ SAMPLE_CATALOGUE: 'maybe' }, 'SAMPLE_CATALOGUE is "maybe": it takes on or off.'],
    [
      { MARKET_CLOCK: 'yesterday' },
      'MARKET_CLOCK is "yesterday": it takes real, follow, a day such as 2026-01-07 or a time such as 2026-01-07T10:00:00+05:30.',
    ],
    [
      { DATABASE_URL: 'mysql://ann:secret@db/x' },
      'DATABASE_URL cannot be used: it takes an address such as postgresql://user:password@host:5432/database.',
    ],
    [{ BOOTSTRAP_API_KEY: 'short' }, 'BOOTSTRAP_API_KEY cannot be used: it takes 24 or more printable characters without blanks.'],
    [
      { MIGRATION_DATABASE_URL: database },
      'MIGRATION_DATABASE_URL is set without DATABASE_URL: set both, or neither for the embedded PostgreSQL.',
    ],
  ])('says in one sentence what is wrong with %j', (env, sentence) => expect(() => Config.load(env)).toThrow(new CannotStart(sentence)));
});
