import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { dataFolder, small } from './options.mts';

export type Dump = { readonly name: string; readonly rows: readonly (readonly string[])[]; readonly file: Buffer };

const quoted = (field: string) => `"${field.replaceAll('"', '""')}"`;

/** A file of these rows, the first of which is the header. */
export const fileOf = (rows: Dump['rows']) => gzipSync(rows.map((row) => row.map(quoted).join(',')).join('\n') + '\n');

export const described = ({ name, rows, file }: Dump) => ({
  name,
  rows: rows.length - 1,
  bytes: file.length,
  sha256: createHash('sha256').update(file).digest('hex'),
});

/** A real file, or null where it is not. */
export function realDump(path: string): Dump | null {
  const whole = dataFolder === undefined ? null : join(dataFolder, path);
  if (whole === null || !existsSync(whole)) return null;
  const file = readFileSync(whole);
  const text = path.endsWith('.gz') ? gunzipSync(file) : file;
  return { name: basename(whole), rows: parse(text, { relaxColumnCount: true }), file };
}

export const upstoxHeader =
  'instrument_key,exchange_token,tradingsymbol,name,last_price,expiry,strike,tick_size,lot_size,instrument_type,option_type,exchange';

/** Options of made-up shares in the shape of Upstox's CSV: 60 strikes, both sides, the nearest three months. */
export function generatedDump(): Dump {
  const count = small ? 2_000 : 146_000;
  const rows = Array.from({ length: count }, (_, n): string[] => {
    const [side, strike, expiry, share] = [n % 2 === 0 ? 'CE' : 'PE', (n >> 1) % 60, Math.floor(n / 120) % 3, Math.floor(n / 360)];
    const [month, day] = [
      ['JAN', '2026-01-27'],
      ['FEB', '2026-02-24'],
      ['MAR', '2026-03-30'],
    ][expiry] as [string, string];
    const price = 500 + 10 * strike;
    const symbol = `SHARE${String(share).padStart(3, '0')}26${month}${price}${side}`;
    return [`NSE_FO|${n + 1}`, String(n + 1), symbol, '', '1.5', day, String(price), '0.05', '100', 'OPTSTK', side, 'NSE_FO'];
  });
  const all = [upstoxHeader.split(','), ...rows];
  return { name: 'generated', rows: all, file: fileOf(all) };
}
