import type { Adapter, Batch } from '../adapters/adapter';
import { ofFormat } from '../adapters/adapter';
import type { Format } from '../domain/run';
import type { OpenDump } from './open-dump';

/** What the adapter reads in all parts of a dump; lines are counted on from one part to the next. @throws UnusableFile */
export async function* readDump(dump: OpenDump, adapter: Adapter, format: Format | null = null): AsyncGenerator<Batch, void, undefined> {
  let firstLine = 1;
  for (const { name, stream } of dump.parts) {
    let lastLine = firstLine;
    for await (const batch of adapter.read(await ofFormat(stream, format), { name: name ?? '', firstLine })) {
      lastLine = Math.max(lastLine, batch.rows.at(-1)?.line ?? 0, batch.rejects.at(-1)?.line ?? 0);
      yield batch;
    }
    firstLine = lastLine + 1;
  }
}
