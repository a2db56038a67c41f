import { formatKey, indexSymbol } from '../../instruments';
import type { DumpRow } from '../domain/dump-row';
import { sampleDay, sampleIndices, sampleRows, sampleSecurities } from './sample-catalogue';

const brokers = ['kite', 'upstox'] as const;

const repeated = (values: readonly string[]) => values.filter((value, at) => values.indexOf(value) !== at);

/** ISO 6166: letters become two digits, then every second digit from the right counts twice. */
function hasRightCheckDigit(isin: string): boolean {
  const digits = [...isin].map((character) => parseInt(character, 36)).join('');
  const sum = [...digits].reverse().reduce((total, digit, at) => {
    const value = Number(digit) * (at % 2 === 1 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

describe('the sample catalogue', () => {
  it('has a hundred instruments and more, on a day before any dump', () => {
    expect(new Set(sampleRows('upstox').map(formatKey)).size).toBeGreaterThanOrEqual(100);
    expect(sampleDay).toMatch(/^200\d-\d\d-\d\d$/);
  });

  it.each(brokers)('names every instrument and token of %s once', (broker) => {
    const rows = sampleRows(broker);
    expect(repeated(rows.map(formatKey))).toEqual([]);
    expect(repeated(rows.map((row) => row.token))).toEqual([]);
    expect(repeated(rows.map(({ segment, exchangeToken }) => `${segment} ${exchangeToken}`))).toEqual([]);
  });

  it('says the same of an instrument for both brokers', () => {
    const told = ({ segment, symbol, name, isin, series, type, lotSize, tickSize }: DumpRow) => [
      [segment, symbol].join(':'),
      { name, isin, series, type, lotSize, tickSize },
    ];
    const upstox = Object.fromEntries(sampleRows('upstox').map(told)) as Record<string, unknown>;
    const kite = Object.fromEntries(sampleRows('kite').map(told)) as Record<string, unknown>;
    expect(upstox).toMatchObject(kite);
  });

  it('has ISINs with the right check digit, those of funds for funds only', () => {
    expect(hasRightCheckDigit('INE002A01018')).toBe(true);
    expect(hasRightCheckDigit('INE002A01081')).toBe(false);
    expect(sampleSecurities.filter(({ isin }) => !hasRightCheckDigit(isin))).toEqual([]);
    expect(sampleSecurities.filter(({ type, isin }) => isin.startsWith('INF') !== (type === 'ETF'))).toEqual([]);
    expect(repeated(sampleSecurities.map(({ isin }) => isin))).toEqual([]);
  });

  it('names indices as the alias table does', () => {
    for (const { segment, symbol, upstox } of sampleIndices) expect([upstox, indexSymbol(segment, upstox)]).toEqual([upstox, symbol]);
    expect(sampleIndices.map(({ symbol }) => symbol)).toEqual(
      expect.arrayContaining(['NIFTY', 'BANKNIFTY', 'FINNIFTY', 'MIDCPNIFTY', 'NIFTYNXT50', 'INDIAVIX', 'SENSEX', 'BANKEX', 'SENSEX50']),
    );
  });

  it("writes each broker's own tokens", () => {
    const tokens = (symbol: string) =>
      brokers.flatMap((broker) => sampleRows(broker).flatMap((row) => (row.symbol === symbol ? [row.token] : [])));
    expect(tokens('NIFTY')).toEqual(['256265', 'NSE_INDEX|Nifty 50']);
    expect(tokens('SENSEX')).toEqual(['265', 'BSE_INDEX|SENSEX']);
    expect(tokens('RELIANCE')).toEqual(['738561', '128083204', 'NSE_EQ|INE002A01018', 'BSE_EQ|INE002A01018']);
    expect(tokens('BANKEX')).toEqual(['BSE_INDEX|BANKEX']);
  });

  it('writes whole rows', () => {
    const [index] = sampleRows('kite');
    const none = { isin: null, series: null, expiry: null, strike: null, optionType: null, freezeQuantity: null, multiplier: null };
    const nifty = { line: 1, segment: 'NSE_INDEX', symbol: 'NIFTY', type: 'INDEX', name: 'Nifty 50', ...none, isTest: false };
    expect(index).toEqual({ ...nifty, exchangeToken: '1001', token: '256265', brokerSymbol: 'NIFTY 50', lotSize: null, tickSize: null });

    const fund = sampleRows('upstox').find(({ segment, symbol }) => segment === 'BSE' && symbol === 'NIFTYBEES');
    expect(fund).toMatchObject({ type: 'ETF', isin: 'INF204KB14I2', series: 'B', exchangeToken: '590103', lotSize: 1, tickSize: '0.05' });
  });
});
