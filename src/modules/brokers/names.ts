/** The brokers whose dumps the registry reads, by the name that routes use, as they call themselves. */
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
  nuvama: 'Nuvama',
  shoonya: 'Shoonya',
  tradesmart: 'TradeSmart',
  upstox: 'Upstox',
  zebu: 'Zebu',
};
