import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { setVersion } from '../../platform/http/etag';
import { versioned } from '../../platform/http/openapi-parts';
import { page, pageAmong, pageOf } from '../../platform/http/paging';
import { plainText, query } from '../../platform/http/validation';
import { AsOf, Broker, ShownInstrument, TimesQuery, versionOf } from '../instruments';
import { unknownBroker } from './names';
import { BrokerToken, GetBrokerToken } from './queries/get-broker-token';
import { GetInstrumentOfToken, MeaningQuery } from './queries/get-instrument-of-token';
import { ListBrokers, ShownBroker } from './queries/list-brokers';

const Day = query({ asOf: AsOf.optional() });
const Days = query({ asOf: AsOf.optional(), ...page });

@ApiTags('brokers')
@Controller('brokers')
export class BrokersController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOkResponse({ standardSchema: pageOf(ShownBroker) })
  async list(@Query({ schema: Days }) { asOf, ...pages }: z.output<typeof Days>) {
    return pageAmong(await this.queries.execute(new ListBrokers(asOf)), pages, ({ broker }) => broker);
  }

  @Get(':broker')
  @ApiOkResponse({ standardSchema: ShownBroker })
  async get(@Param('broker', { schema: Broker }) broker: string, @Query({ schema: Day }) { asOf }: z.output<typeof Day>) {
    const [found] = await this.queries.execute(new ListBrokers(asOf, broker));
    if (!found) throw unknownBroker(broker);
    return found;
  }

  @Get(':broker/tokens/:key')
  @ApiOkResponse({ standardSchema: BrokerToken, headers: versioned })
  async token(
    @Param('broker', { schema: Broker }) broker: string,
    @Param('key') key: string,
    @Query({ schema: TimesQuery }) when: TimesQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const token = await this.queries.execute(new GetBrokerToken(broker, key, when));
    setVersion(reply, versionOf(token));
    return token;
  }

  @Get(':broker/instruments/:token')
  @ApiOkResponse({ standardSchema: ShownInstrument, headers: versioned })
  async instrument(
    @Param('broker', { schema: Broker }) broker: string,
    @Param('token', { schema: plainText.min(1).max(200) }) token: string,
    @Query({ schema: MeaningQuery }) { segment, ...when }: MeaningQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const instrument = await this.queries.execute(new GetInstrumentOfToken(broker, token, segment, when));
    setVersion(reply, versionOf(instrument));
    return instrument;
  }
}
