import { Module } from '@nestjs/common';
import { AuditController } from './audit.controller';
import { ListAuditEntriesHandler } from './queries/list-audit-entries';

@Module({ controllers: [AuditController], providers: [ListAuditEntriesHandler] })
export class AuditModule {}
