import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { pageOf } from '../../platform/http/paging';
import { Scope } from '../../platform/http/route-options';
import { AuditEntry, AuditFilter, ListAuditEntries } from './queries/list-audit-entries';

@ApiTags('audit')
@Controller('audit')
export class AuditController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Scope('admin')
  @ApiOkResponse({ standardSchema: pageOf(AuditEntry) })
  list(@Query({ schema: AuditFilter }) filter: AuditFilter) {
    return this.queries.execute(new ListAuditEntries(filter));
  }
}
