import { NotFound } from '../../../platform/errors';
import type { Batch } from '../adapters/adapter';
import { sampleRows } from './sample-catalogue';

/** The bundled catalogue as an adapter would read it from a broker's file. */
// eslint-disable-next-line @typescript-eslint/require-await -- async only so that it can stand in an adapter's place
export async function* sampleBatches(broker: string): AsyncGenerator<Batch> {
  if (broker !== 'kite' && broker !== 'upstox') throw new NotFound(`There is no sample of ${broker}.`);
  yield { rows: sampleRows(broker), rejects: [], bytesRead: 0 };
}
