import { adapterOf } from '../adapters';
import { UnusableFile } from '../domain/dump-row';
import { openDump, type DumpLimits } from './open-dump';
import { readDump } from './read-dump';

/**
 * Whether the day of a file can be found in it: it is stated, or a contract's expiry allows an estimate. A file that cannot be used, or
 * that has no rows, passes: its run says what is wrong with it.
 */
export async function saysItsDay(path: string, broker: string, limits: DumpLimits): Promise<boolean> {
  try {
    const adapter = adapterOf(broker);
    const dump = await openDump(path, { ...limits, encoding: adapter.encoding }, adapter.entries);
    if (dump.statedDay !== null) return true;
    let isEmpty = true;
    for await (const { rows, statedDay } of readDump(dump, adapter)) {
      if (statedDay || rows.some(({ expiry }) => expiry !== null)) return true;
      if (rows.length > 0) isEmpty = false;
    }
    return isEmpty;
  } catch (error) {
    if (error instanceof UnusableFile) return true;
    throw error;
  }
}
