import { Injectable } from '@nestjs/common';
import { Streams } from '../../platform/event-store/streams';
import { instrument } from './domain/instrument';
import { instrumentTables } from './tables';

@Injectable()
export class Instruments extends Streams(instrument, instrumentTables) {}
