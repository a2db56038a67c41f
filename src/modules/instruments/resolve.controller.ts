import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiNotFoundResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Scope } from '../../platform/http/route-options';
import { Resolve, Resolved, ResolveQuery } from './queries/resolve';
import { ResolveAnswer, ResolveBody, ResolveMany } from './queries/resolve-many';

@ApiTags('resolve')
@Controller('resolve')
export class ResolveController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOkResponse({ standardSchema: Resolved })
  @ApiNotFoundResponse()
  one(@Query({ schema: ResolveQuery }) wanted: ResolveQuery) {
    return this.queries.execute(new Resolve(wanted));
  }

  @Post()
  @Scope('read')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: ResolveAnswer })
  many(@Body({ schema: ResolveBody }) body: ResolveBody) {
    return this.queries.execute(new ResolveMany(body));
  }
}
