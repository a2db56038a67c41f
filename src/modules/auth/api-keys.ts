import { Injectable } from '@nestjs/common';
import { Streams } from '../../platform/event-store/streams';
import { apiKey } from './domain/api-key';
import { apiKeysTable } from './tables';

/** For rebuilding. */
export const apiKeyReadModel = { decider: apiKey, table: apiKeysTable };

@Injectable()
export class ApiKeys extends Streams(apiKey, [apiKeysTable]) {}
