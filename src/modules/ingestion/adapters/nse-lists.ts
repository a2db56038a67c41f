import { canonicalSymbol, Isin, typeOfCash, type InstrumentType } from '../../instruments';
import type { Encoding } from '../files/text';
import { inSegment, noContract, quantity, textOrNull, writtenDay, type Adapter, type Parsed } from './adapter';
import { csvBatches, readHeader, type Field, type Line } from './csv';

type Column = 'symbol' | 'name' | 'listed' | 'isin' | 'series' | 'lot';

/** One of the lists in which NSE says what is listed. Each is a source of its own: absence from it means something inside it only. */
type List = {
  readonly source: string;
  readonly official: string;
  /** How the list calls its columns. */
  readonly columns: Readonly<Partial<Record<Column, string>>>;
  /** What it lists; a row of another series belongs to another list. Null: it has no series, and holds exchange-traded funds. */
  readonly series: readonly string[] | null;
  readonly encoding?: Encoding;
};

const listed = { symbol: 'symbol', name: 'name of company', series: 'series', listed: 'date of listing', isin: 'isin number' } as const;
const archive = 'https://nsearchives.nseindia.com/content/equities';

const lists: readonly List[] = [
  {
    source: 'nse',
    official: `${archive}/EQUITY_L.csv`,
    columns: { ...listed, lot: 'market lot' },
    series: ['EQ', 'BE', 'BZ'],
  },
  {
    source: 'nse-sme',
    official: 'https://nsearchives.nseindia.com/emerge/corporates/content/SME_EQUITY_L.csv',
    columns: { ...listed, name: 'name_of_company', listed: 'date_of_listing', isin: 'isin_number' },
    series: ['SM', 'ST', 'SZ'],
  },
  {
    source: 'nse-etf',
    official: `${archive}/eq_etfseclist.csv`,
    columns: { symbol: 'symbol', name: 'securityname', listed: 'dateoflisting', lot: 'marketlot', isin: 'isinnumber' },
    series: null,
    // `Nifty PSE Index \x96 TRI`, in a column that is not read
    encoding: 'windows-1252',
  },
  // "The Market lot is updated as on the date of listing": it is not read.
  { source: 'nse-reit', official: `${archive}/REITS_L.csv`, columns: listed, series: ['RR'] },
  { source: 'nse-invit', official: `${archive}/INVITS_L.csv`, columns: listed, series: ['IV'] },
];

export const nseLists: readonly Adapter[] = lists.map((list) => ({
  broker: list.source,
  formats: ['csv'],
  identifies: ['isin', 'series'],
  official: [list.official],
  ...(list.encoding && { encoding: list.encoding }),
  read: (bytes, part) => {
    const whose = `NSE's list ${list.official.slice(list.official.lastIndexOf('/') + 1)}`;
    const head = (line: Line | undefined) => readHeader(line, Object.values(list.columns), whose);
    return csvBatches(bytes, part, { whose, head, isBlank }, (number, fields, { at }) =>
      inSegment(
        'NSE',
        row(list, (column) => fields[at[list.columns[column] ?? ''] ?? -1]?.trim() ?? '', number),
      ),
    );
  },
}));

/** `"Note: the Market lot is ...",,,,,,,` and `,,,,,,,` end some lists. */
const isBlank = ({ fields }: Line) => fields !== null && fields.slice(1).every((field) => field.trim() === '');

/** The listing is its own token: `INE002A01018-EQ`, and the ISIN alone where the list has no series. */
function row(list: List, field: Field<Column>, line: number): Parsed {
  const brokerSymbol = field('symbol');
  const symbol = canonicalSymbol(brokerSymbol);
  if (symbol === null) return `the symbol ${brokerSymbol || '(blank)'} is not one`;
  const isin = Isin.safeParse(field('isin')).data ?? null;
  if (isin === null) return `the ISIN ${field('isin') || '(blank)'} is not one`;
  const series = list.series && field('series');
  if (series !== null && !list.series?.includes(series)) return `the series ${series || '(blank)'} is not of this list`;
  const listedOn = writtenDay(field('listed'));
  if (listedOn === null) return `the day of listing ${field('listed') || '(blank)'} is not a day`;
  const token = series === null ? isin : `${isin}-${series}`;
  const name = textOrNull(field('name'));
  const type: InstrumentType | null = list.series === null ? 'ETF' : typeOfCash({ segment: 'NSE', symbol, series, isin, name });
  return {
    ...{ ...noContract, line, segment: 'NSE', exchangeToken: token, token, brokerSymbol, symbol, name, isin, series, type, listedOn },
    ...{ lotSize: quantity(field('lot')), tickSize: null, freezeQuantity: null, multiplier: null, isTest: false },
  };
}
