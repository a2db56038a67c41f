import type { Segment } from './segment';

/**
 * Indices join by name, never by token. Left: a spelling in capitals without blanks and punctuation, as some broker or exchange
 * writes it; right: the registry's symbol. Every spelling that is not here is its own symbol. Sources: the index rows of
 * Kite and Upstox (2024 to 2026), Angel One (2025) and Dhan (2026), Fyers's tickers (2025), Shoonya (2024).
 */
const aliases: Readonly<Partial<Record<Segment, Readonly<Record<string, string>>>>> = {
  NSE_INDEX: {
    // traded ones go by the name of their contracts
    NIFTY50: 'NIFTY',
    CNXNIFTY: 'NIFTY',
    NIFTYBANK: 'BANKNIFTY',
    CNXBANK: 'BANKNIFTY',
    NIFTYFINSERVICE: 'FINNIFTY',
    NIFTYFINANCIALSERVICES: 'FINNIFTY',
    // Noren brokers
    NIFTYFINSERVICES: 'FINNIFTY',
    NIFTYMIDSELECT: 'MIDCPNIFTY',
    NIFTYMIDCAPSELECT: 'MIDCPNIFTY',
    NIFTYNEXT50: 'NIFTYNXT50',
    NIFTYJR: 'NIFTYNXT50',
    VIX: 'INDIAVIX',
    // Upstox shortens, Kite does not
    NIFTY500FLEXICAP: 'NIFTY500FLEXICAPQ30',
    NIFTY500HEALTH: 'NIFTY500HEALTHCARE',
    NIFTYFPI150: 'NIFTYINDIAFPI150',
    NIFTYINTERNET: 'NIFTYINDIAINTERNET',
    NIFTYTMMQ50: 'NIFTYTOTALMKTMOMQLTY50',
    // Dhan writes some out
    NIFTYMIDSMALLCAP400: 'NIFTYMIDSML400',
    NIFTYSMALLCAP50: 'NIFTYSMLCAP50',
    NIFTYSMALLCAP100: 'NIFTYSMLCAP100',
    NIFTYSMALLCAP250: 'NIFTYSMLCAP250',
    NIFTY100EQUALWEIGHT: 'NIFTY100EQLWGT',
    NIFTY100LOWVOLATILITY30: 'NIFTY100LOWVOL30',
    NIFTYMCAP50: 'NIFTYMIDCAP50',
    NIFTYMID100FREE: 'NIFTYMIDCAP100',
    // Fyers keeps the name from before it was drawn from the Nifty 100 only
    NIFTYQUALITY30: 'NIFTY100QUALTY30',
  },
  BSE_INDEX: {
    // BSE's own ticker, at Kite, Angel One and Dhan; Upstox writes SENSEX50, as the contracts do
    SNSX50: 'SENSEX50',
    BSESENSEX: 'SENSEX',
    BSESENSEX50: 'SENSEX50',
    BSEBANKEX: 'BANKEX',
    // Fyers leaves BSE out
    100: 'BSE100',
    200: 'BSE200',
    500: 'BSE500',
    CD: 'BSECD',
    CG: 'BSECG',
    FMC: 'BSEFMC',
    HC: 'BSEHC',
    IPO: 'BSEIPO',
    IT: 'BSEIT',
    PSU: 'BSEPSU',
    // or has names of 2018 where BSE has codes; the first three have the number at BSE that Upstox gives for the code
    BASMTR: 'COMDTY',
    CDGS: 'CONDIS',
    FIN: 'FINSER',
    CARBONEX: 'CARBON',
    GREENEX: 'GREENX',
    '100LARGECAPTMC': 'LCTMCI',
    '150MIDCAP': 'MID150',
    '250LARGEMIDCAP': 'LMI250',
    '250SMALLCAP': 'SML250',
    '400MIDSMALLCAP': 'MSL400',
    DFRG: 'DFRGRI',
    DIVIDENDSTABILITY: 'BSEDSI',
    ENHANCEDVALUE: 'BSEEVI',
    INDIAMANUFACTURING: 'MFG',
    LOWVOLATILITY: 'BSELVI',
    MOMENTUM: 'BSEMOI',
    PRIVATEBANKS: 'BSEPBI',
    QUALITY: 'BSEQUI',
  },
};

/** The registry's symbol of an index: `Nifty 50` and `NIFTY` are NIFTY, `NIFTY MIDCAP 150` is NIFTYMIDCAP150. Null when nothing is left of the name. */
export function indexSymbol(segment: Segment, name: string): string | null {
  const plain = name.toUpperCase().replace(/[^A-Z0-9]/g, '');
  return aliases[segment]?.[plain] ?? (plain || null);
}
