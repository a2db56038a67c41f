import { Injectable } from '@nestjs/common';
import { Streams } from '../../platform/event-store/streams';
import { referenceList } from './domain/reference-list';
import { referenceTables } from './tables';

@Injectable()
export class ReferenceLists extends Streams(referenceList, referenceTables) {}
