import { randomFillSync } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';

/** Ids drawn at a time: a system call for each takes longer than all else about it. */
const drawn = 512;

/** UUIDv7 by the thousand, each greater than the one before: indexes on them grow at one end. */
export function newIds(): () => string {
  const pool = new Uint8Array(16 * drawn);
  let used = drawn;
  let [msecs, seq] = [0, 0];
  return () => {
    if (used === drawn) {
      randomFillSync(pool);
      used = 0;
    }
    const random = pool.subarray(16 * used, 16 * ++used);
    const now = Date.now();
    if (now > msecs) [msecs, seq] = [now, 0];
    else seq++;
    return uuidv7({ random, msecs, seq });
  };
}
