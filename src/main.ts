import 'reflect-metadata';
import { AppModule } from './app.module';
import { keepFirstKey } from './first-key';
import { greeting } from './greeting';
import { FirstKey } from './modules/auth';
import { LoadSample } from './modules/ingestion';
import { checkRedis } from './platform/check-redis';
import { Config } from './platform/config';
import { migrate } from './platform/database/migrations';
import { startEmbedded } from './platform/embedded/embedded';
import { untilUnused } from './platform/embedded/lock';
import { assertListenable, listeningFailed } from './platform/http/listening';
import { createServer } from './platform/http/server';
import { untilStopped } from './platform/until-stopped';

const say = (line: string) => console.log(line);

void untilStopped(async (onStop, carryOn) => {
  const told = Config.load();
  if (!told.databaseUrl || !told.redisUrl) await untilUnused(told.dataDir);
  await assertListenable(told.host, told.port);
  const embedded = await startEmbedded(told, say);
  onStop(() => embedded.stop());
  carryOn();

  const { config } = embedded;
  const trouble = told.redisUrl && (await checkRedis(told.redisUrl));
  if (trouble) say(trouble);
  const { applied } = await migrate(config.migrationDatabaseUrl);
  if (applied.length) say(`Migrated the database: ${applied.join(', ')}.`);
  carryOn();

  const app = await createServer(AppModule, config);
  onStop(() => app.close());
  await app.init();
  const key = await app.get(FirstKey, { strict: false }).make();
  if (key) say(keepFirstKey(key, config.dataDir));
  if (await app.get(LoadSample, { strict: false }).intoEmptyRegistry())
    say('The registry was empty: loaded the sample catalogue (SAMPLE_CATALOGUE=off starts without).');
  carryOn();
  await app.listen(config.port, config.host).catch((error: Error) => {
    throw listeningFailed(error, config.host, config.port);
  });
  if (config.environment === 'dev') say(greeting(config));
});
