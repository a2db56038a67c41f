/** Hand-made dumps in Kite's shape: only what the specs look at is said, the rest is filled in. */
export type KiteRow = {
  token: number;
  symbol: string;
  name?: string;
  expiry?: string;
  strike?: string;
  tick?: string;
  lot?: number;
  kind?: 'EQ' | 'FUT' | 'CE' | 'PE';
  segment?: 'NSE' | 'NFO' | 'BSE';
};

const header =
  'instrument_token,exchange_token,tradingsymbol,name,last_price,expiry,strike,tick_size,lot_size,instrument_type,segment,exchange';
const feed = { NSE: 1, NFO: 2, BSE: 4 };

export function kiteCsv(rows: readonly KiteRow[]): string {
  const lines = rows.map(
    ({ token, symbol, name = symbol, expiry = '', strike = '0.0', tick = '0.05', lot = 1, kind = 'EQ', segment = 'NSE' }) => {
      const place = segment === 'NFO' ? (kind === 'FUT' ? 'NFO-FUT' : 'NFO-OPT') : segment;
      return [token * 256 + feed[segment], token, symbol, name, '0.0', expiry, strike, tick, lot, kind, place, segment].join(',');
    },
  );
  return `${[header, ...lines].join('\n')}\n`;
}

export const future = (token: number, underlying: string, expiry: string, lot = 50): KiteRow => ({
  token,
  symbol: `${underlying}${expiry.slice(2, 4)}${month(expiry)}FUT`,
  name: underlying,
  expiry,
  lot,
  kind: 'FUT',
  segment: 'NFO',
});

export const option = (token: number, underlying: string, expiry: string, strike: string, kind: 'CE' | 'PE', lot = 50): KiteRow => ({
  token,
  symbol: `${underlying}${expiry.slice(2, 4)}${month(expiry)}${strike}${kind}`,
  name: underlying,
  expiry,
  strike,
  lot,
  kind,
  segment: 'NFO',
});

const month = (day: string) => 'JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC'.slice((Number(day.slice(5, 7)) - 1) * 3).slice(0, 3);
