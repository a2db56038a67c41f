import { Global, Module } from '@nestjs/common';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { LoggerModule } from 'nestjs-pino';
import { Config } from '../config';
import { Log } from './log';
import { metricPrefix } from './metrics';
import { PoolMetrics } from './pools';

@Global()
@Module({ providers: [{ provide: Log, inject: [Config], useFactory: (config: Config) => new Log(config) }, PoolMetrics], exports: [Log] })
class Logging {}

/** Requests are logged and measured by Fastify hooks, which raw routes have too; Nest's own lines go the same way. */
@Module({
  imports: [
    Logging,
    LoggerModule.forRootAsync({
      inject: [Log],
      useFactory: (log: Log) => ({ pinoHttp: { logger: log.pino, autoLogging: false }, forRoutes: [] }),
    }),
    PrometheusModule.register({ path: '/metrics', defaultMetrics: { enabled: true, config: { prefix: metricPrefix } } }),
  ],
})
export class ObservabilityModule {}
