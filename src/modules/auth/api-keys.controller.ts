import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { apiPrefix, Route } from '../../platform/http/route-options';
import { located } from '../../platform/http/openapi-parts';
import { page, pageOf } from '../../platform/http/paging';
import { query } from '../../platform/http/validation';
import { CreateApiKey, type NewKey } from './commands/create-api-key';
import { RevokeApiKey } from './commands/revoke-api-key';
import { RotateApiKey } from './commands/rotate-api-key';
import { Grant } from './domain/api-key';
import { keyExample, ListApiKeys, ShownKey } from './queries/list-api-keys';

const { name, scopes, expiresAt, rateLimitPerMinute, burst, allowedIps } = Grant.shape;
const NewApiKey = z
  .strictObject({
    name,
    scopes,
    expiresAt: expiresAt.default(null),
    rateLimitPerMinute: rateLimitPerMinute.default(null),
    burst: burst.default(null),
    allowedIps: allowedIps.default(null),
  })
  .meta({ examples: [{ name: 'order service', scopes: ['read'], rateLimitPerMinute: 60000 }] });
/** The secret before it stays good for so long: a day unless told otherwise, 0 when it leaked, 30 days at most. */
const Rotation = z.strictObject({ overlapSeconds: z.int().min(0).max(2_592_000).default(86_400) }).default({ overlapSeconds: 86_400 });
const KeyWithSecret = ShownKey.extend({
  key: z.string().describe('Shown this once; absent when a request is repeated with its Idempotency-Key.'),
}).meta({ examples: [{ ...keyExample, lastUsedAt: null, key: 'irk_dev_...' }] });
const Filter = query({ ...page });
const Id = z.uuid();

const options = { scope: 'admin', shownOnce: ['key'] } as const;

@ApiTags('access')
@Controller('api-keys')
export class ApiKeysController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @Route(options)
  @ApiOperation({ summary: 'Make a key' })
  @ApiCreatedResponse({ description: 'The key, this once.', standardSchema: KeyWithSecret, headers: located })
  async create(@Body({ schema: NewApiKey }) grant: z.output<typeof NewApiKey>, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.made(await this.commands.execute(new CreateApiKey(grant)), reply);
  }

  @Get()
  @Route(options)
  @ApiOperation({ summary: 'All keys, without their secrets' })
  @ApiOkResponse({ description: 'Newest first.', standardSchema: pageOf(ShownKey) })
  list(@Query({ schema: Filter }) filter: z.output<typeof Filter>) {
    return this.queries.execute(new ListApiKeys(filter));
  }

  @Post(':id/rotation')
  @Route(options)
  @ApiOperation({ summary: 'A new secret; the old one stays good for the overlap' })
  @ApiCreatedResponse({ description: 'The new key, this once.', standardSchema: KeyWithSecret, headers: located })
  async rotate(
    @Param('id', { schema: Id }) id: string,
    @Body({ schema: Rotation }) { overlapSeconds }: z.output<typeof Rotation>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.made(await this.commands.execute(new RotateApiKey(id, overlapSeconds)), reply);
  }

  @Delete(':id')
  @HttpCode(204)
  @Route(options)
  @ApiOperation({ summary: 'Revoke a key; it ends with the answer, and within a second where another process serves' })
  async revoke(@Param('id', { schema: Id }) id: string) {
    await this.commands.execute(new RevokeApiKey(id));
  }

  private async made({ id, key }: NewKey, reply: FastifyReply) {
    const { items } = await this.queries.execute(new ListApiKeys({ limit: 1, id }));
    reply.headers({ location: `${apiPrefix}/api-keys`, 'cache-control': 'no-store' });
    return { ...items[0], key };
  }
}
