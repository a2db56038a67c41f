import { NotFound } from '../../platform/errors';

/** The brokers whose dumps and the exchanges whose lists the registry reads, by the name that routes use, as they call themselves. */
export const brokerNames: Readonly<Record<string, string>> = {
  aliceblue: 'Alice Blue',
  angel: 'Angel One',
  dhan: 'Dhan',
  fivepaisa: '5paisa',
  flattrade: 'Flattrade',
  fyers: 'Fyers',
  groww: 'Groww',
  icici: 'ICICI Breeze',
  kite: 'Zerodha Kite',
  kotak: 'Kotak Neo',
  nasdaq: 'Nasdaq',
  nse: 'NSE: shares of the main board (EQUITY_L)',
  'nse-etf': 'NSE: exchange-traded funds',
  'nse-invit': 'NSE: infrastructure investment trusts',
  'nse-reit': 'NSE: real estate investment trusts',
  'nse-sme': 'NSE: shares of small and medium enterprises',
  'nse-symbolchange': 'NSE: changes of symbols',
  nuvama: 'Nuvama',
  shoonya: 'Shoonya',
  tradesmart: 'TradeSmart',
  upstox: 'Upstox',
  zebu: 'Zebu',
};

export const unknownBroker = (broker: string) => new NotFound(`The registry knows no broker ${broker}.`);
