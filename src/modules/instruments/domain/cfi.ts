import { assetClassOf } from './asset-class';
import { segmentFacts, type Segment } from './segment';
import type { InstrumentType, OptionType } from './values';

/**
 * The CFI code (ISO 10962:2015) that follows from what the registry knows: category, group, four attributes. X is what the standard has for
 * "not applicable or not known", and what stands here wherever nothing tells: a letter that would have to be guessed is not written.
 */
export type Classified = {
  readonly type: InstrumentType;
  readonly segment: Segment;
  /** Of a contract the underlying's. */
  readonly symbol: string;
  readonly series: string | null;
  readonly isin: string | null;
  readonly optionType: OptionType | null;
};

/** Null for what is no instrument: reference rows that cannot be traded, and what no type is known of. */
export function cfiOf(it: Classified): string | null {
  if (segmentFacts[it.segment].zone !== 'Asia/Kolkata') return elsewhere[it.type] ?? null;
  switch (it.type) {
    case 'EQUITY':
      return `ES${voting(it)}U${payment(it)}R`;
    case 'ETF':
      // exchange-traded fund; open-ended; how it distributes and what it holds are not known; units
      return 'CEOXXU';
    case 'FUND':
      return fund(it);
    case 'BOND':
      return bond(it);
    case 'WARRANT':
      // warrant on equities, issued by the company itself (traditional), to buy; when it can be exercised is not known
      return 'RWSTCX';
    case 'INDEX':
      return `TI${indexOf(it)}XXX`;
    case 'FUTURE':
      return future(it);
    case 'OPTION':
      return it.optionType && `O${it.optionType.charAt(0)}E${option(it)}S`;
    case 'CURRENCY':
      // spot, foreign exchange; physical delivery
      return 'IFXXXP';
    case 'OTHER':
      return other(it);
    case 'UNDERLYING':
      return null;
  }
}

/** What is said below holds in India. Elsewhere category and group follow from the type, and no list says more. */
const elsewhere: Readonly<Partial<Record<InstrumentType, string>>> = {
  EQUITY: 'ESXXXX',
  ETF: 'CEXXXX',
  FUND: 'CIXXXX',
  BOND: 'DBXXXX',
  WARRANT: 'RWXXXX',
};

/** Characters 8 and 9 of an Indian ISIN: NSDL's type of security. */
const kindOf = ({ isin }: Classified) => (isin?.startsWith('IN') ? isin.slice(7, 9) : '');

/** ISINs that begin with IN9 are of shares that are partly paid or have other votes than the ordinary ones: they do not say which. */
const isSpecial = ({ isin }: Classified) => isin?.startsWith('IN9') === true;
const partlyPaid = new Set(['E1', 'E2', 'E3', 'X1', 'X2', 'X3']);

/** Ordinary shares vote (V), are free of restrictions (U) and registered (R): shares of listed companies are held in depositories. */
const voting = (it: Classified) => (isSpecial(it) ? 'X' : 'V');
/** F fully paid, P partly paid. */
const payment = (it: Classified) => (it.series && partlyPaid.has(it.series) ? 'P' : isSpecial(it) ? 'X' : 'F');

const infrastructure = new Set(['IV', 'ID', 'IF']);

/** All are units (U). Trusts and closed-ended funds are closed (C); trusts pay out what they earn (I: SEBI wants 90 %). */
function fund(it: Classified): string {
  // CB: real estate investment trusts
  if (it.series === 'RR' || kindOf(it) === '25') return 'CBCIXU';
  // CM: other collective investment vehicles, infrastructure trusts among them; only the fourth attribute applies
  if ((it.series && infrastructure.has(it.series)) || kindOf(it) === '23') return 'CMXXXU';
  // CI: investment funds; NSE's MF and ME are closed-ended ones
  return it.series === 'MF' || it.series === 'ME' ? 'CICXXU' : 'CIXXXU';
}

/** Registered (R), as all that depositories hold. F: fixed interest, fixed maturity; T: guaranteed by a government. */
function bond({ segment, series }: Classified): string {
  if (segment !== 'NSE') return 'DBXXXR';
  switch (series) {
    case 'GS':
    case 'SG':
      return 'DBFTFR';
    case 'GB':
      // gold bonds: whoever holds them may give them back from the fifth year on (C: with a put)
      return 'DBFTCR';
    case 'TB':
      // money market instrument; zero rate; a government's
      return 'DYZTXR';
    default:
      return 'DBXXXR';
  }
}

/** Preference shares (EP), rights to subscribe to shares (RS, underlying S); what else a file lists is not classified. */
function other(it: Classified): string | null {
  if (it.series === 'P1' || it.series === 'P2' || it.series === 'P3' || kindOf(it) === '03' || kindOf(it) === '04') return 'EPXXXR';
  return kindOf(it) === '20' || /-RE\d*$/.test(it.symbol) ? 'RSSXXR' : null;
}

/** E equities, T commodities, M other (volatility), X not known: NSE has indices of bonds, too. */
function indexOf({ segment, symbol }: Classified): string {
  if (symbol === 'INDIAVIX') return 'M';
  if (segment === 'MCX_INDEX' || segment === 'NCDEX_INDEX') return 'T';
  const contracts = segment === 'NSE_INDEX' ? 'NFO' : 'BFO';
  return segment !== 'GLOBAL_INDEX' && assetClassOf('FUTURE', contracts, symbol) === 'index' ? 'E' : 'X';
}

/** What a commodity is: E extraction resources (metals, energy), A agriculture, H generated resources (electricity). */
const extracted = /^(GOLD|SILVER|CRUDEOIL|NATURALGAS|NATGAS|COPPER|ZINC|LEAD|NICKEL|ALUMIN|BRASS|STEEL|BRCRUDE)/;
const grown = /^(COTTON|MENTHAOIL|CARDAMOM|CASTOR|KAPAS|CPO|CRUDEPALM|RUBBER|GUAR|DHANIYA|JEERA|TMC|BAJRA|MAIZE|COCUD|SUNOIL|ISABGUL)/;
const generated = /^ELEC/;
/** MCX and NSE settle these in money; metals and what grows are delivered. */
const settledInCash = /^(CRUDEOIL|NATURALGAS|NATGAS|BRCRUDE|ELEC)/;

const commodity = (symbol: string) => (extracted.test(symbol) ? 'E' : grown.test(symbol) ? 'A' : generated.test(symbol) ? 'H' : 'X');
const delivery = (symbol: string) => (settledInCash.test(symbol) ? 'C' : extracted.test(symbol) || grown.test(symbol) ? 'P' : 'X');

/**
 * F financial, C commodities; what it is written on; P delivered or C settled in cash; S standardised. Shares are delivered (SEBI, since
 * October 2019), indices, currencies and interest rates settled in cash. MCX's indices of metals are financial.
 */
function future({ segment, symbol }: Classified): string {
  switch (assetClassOf('FUTURE', segment, symbol)) {
    case 'equity':
      return 'FFSPSX';
    case 'index':
      return 'FFICSX';
    case 'currency':
      return 'FFCCSX';
    case 'debt':
      return 'FFDCSX';
    case 'commodity':
      return isMetalIndex(symbol) ? 'FFICSX' : `FC${commodity(symbol)}${delivery(symbol)}SX`;
    case 'fund':
    case 'other':
      return 'FFXXSX';
  }
}

/** MCXBULLDEX, MCXMETLDEX: indices that MCX's contracts are written on. */
const isMetalIndex = (symbol: string) => symbol.startsWith('MCX') && symbol.endsWith('DEX');

/**
 * What it is written on, and how it is settled; all are European (E; shares' since January 2011). MCX's are written on futures (F), into
 * which they turn (P); those of NSE and NCDEX on futures or on goods, which no file tells.
 */
function option({ segment, symbol }: Classified): string {
  switch (assetClassOf('OPTION', segment, symbol)) {
    case 'equity':
      return 'SP';
    case 'index':
      return 'IC';
    case 'currency':
      return 'CC';
    case 'debt':
      return 'DC';
    case 'commodity':
      return isMetalIndex(symbol) ? 'IC' : segment === 'MCX' ? 'FP' : 'XX';
    case 'fund':
    case 'other':
      return 'XX';
  }
}
