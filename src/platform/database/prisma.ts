import { Injectable } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '../../generated/prisma/client';
import { Database } from './database';

/** Ordinary queries of the read models. Over the pool of `Database`, so that they run as the same role and count as the same connections. */
@Injectable()
export class Prisma extends PrismaClient {
  constructor(database: Database) {
    super({ adapter: new PrismaPg(database.pool) });
  }
}

/** Prisma gives dates as midnight in UTC. */
export const isoDay = (date: Date): string => date.toISOString().slice(0, 10);
