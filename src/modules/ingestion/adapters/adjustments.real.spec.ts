import { dataFile, describeWithData } from '../../../../test/support/data';
import { keyOf } from '../../../../test/support/load-dump';
import { readFile } from '../../../../test/support/real-dump';
import { corporateActionOf, type AdjustedPair } from '../../instruments';
import { adapterOf } from '../adapters';

jest.setTimeout(120_000);

const read = async (file: string) => (await readFile(dataFile(file), adapterOf(file.split('/', 1)[0] ?? ''))).rows;

/** What explains the strikes of NFO that changed under their tokens, by underlying, with the number of contracts. */
async function actionsBetween(before: string, after: string, day: string) {
  const old = new Map((await read(before)).map((row) => [keyOf(row), row]));
  const pairs = new Map<string, AdjustedPair[]>();
  for (const row of await read(after)) {
    const was = old.get(keyOf(row));
    if (row.segment !== 'NFO' || !was?.strike || !row.strike || was.strike === row.strike || (was.expiry ?? '') < day) continue;
    if (was.symbol !== row.symbol || was.expiry !== row.expiry || was.optionType !== row.optionType) continue;
    const some = pairs.get(row.symbol) ?? [];
    pairs.set(row.symbol, [...some, { strike: [was.strike, row.strike], lotSize: [was.lotSize, row.lotSize] }]);
  }
  return Object.fromEntries(
    [...pairs].map(([symbol, some]) => {
      const action = corporateActionOf(some);
      return [symbol, action ? `${action.kind} ${action.ratio ?? action.amount} (${some.length})` : `? (${some.length})`];
    }),
  );
}

const winter = ['upstox/2026-01-07_complete.csv.gz', 'upstox/2026-02-09_complete.csv.gz'] as const;
const summer = ['upstox/2025-06-12_complete.json.gz', 'upstox/2025-08-20_complete.json.gz'] as const;
const skewed = ['upstox/2026-02-09_complete.csv.gz', 'dhan/2026-04-09_api-scrip-master.csv.gz'] as const;

describeWithData('corporate actions behind real adjustments', [...winter, ...summer, ...skewed], () => {
  it('explains the 331 of January and February 2026', async () =>
    expect(await actionsBetween(...winter, '2026-02-09')).toEqual({
      BPCL: 'dividend 10 (60)',
      ITC: 'dividend 6.5 (155)',
      KOTAKBANK: 'split_or_bonus 5:1 (51)',
      WIPRO: 'dividend 6 (65)',
    }));

  it('explains the 212 of June to August 2025, but for one that is alone', async () =>
    expect(await actionsBetween(...summer, '2025-08-20')).toEqual({
      ASHOKLEY: 'split_or_bonus 2:1 (28)',
      'BAJAJ-AUTO': '? (1)',
      BAJFINANCE: 'split_or_bonus 10:1 (16)',
      BANKINDIA: 'dividend 4.05 (2)',
      CANBK: 'dividend 4 (27)',
      CONCOR: 'split_or_bonus 5:4 (15)',
      INOXWIND: 'rights 3272:3225 (13)',
      IOC: 'dividend 3 (13)',
      MOTHERSON: 'split_or_bonus 3:2 (21)',
      MPHASIS: 'dividend 57 (6)',
      NESTLEIND: 'split_or_bonus 2:1 (29)',
      PNB: 'dividend 2.9 (8)',
      TECHM: 'dividend 30 (16)',
      UNIONBANK: 'dividend 4.75 (17)',
    }));

  it('explains the 242 of GAIL between Upstox and Dhan', async () =>
    expect(await actionsBetween(...skewed, '2026-02-10')).toEqual({ GAIL: 'dividend 5 (242)' }));
});
