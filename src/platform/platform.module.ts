import { Global, Module, type DynamicModule, type Type } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { Config } from './config';
import { Database } from './database/database';
import { Prisma } from './database/prisma';
import { EventStore } from './event-store/event-store';
import { LogHead } from './event-store/log-head';
import { LogMetrics } from './event-store/log-metrics';
import { HealthModule } from './health/health.module';
import { HttpModule } from './http/http.module';
import { ObservabilityModule } from './observability/observability.module';
import { Redis } from './redis';

/** What every module may ask for. */
@Global()
@Module({})
export class PlatformModule {
  /** The features on their platform, under this configuration: what the server and the command line are made of. */
  static with(features: Type | DynamicModule, config: Config): DynamicModule {
    const providers = [{ provide: Config, useValue: config }, Database, Prisma, Redis, LogHead, EventStore, LogMetrics];
    const own = { module: PlatformModule, global: true, providers, exports: providers };
    return { module: Root, imports: [own, CqrsModule.forRoot(), ObservabilityModule, HttpModule, HealthModule, features] };
  }
}

@Module({})
class Root {}
