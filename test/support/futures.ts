/** The same futures as several brokers would list them: hand-made dumps for specs that compare brokers. */
export type Future = { token: number; underlying: string; lot: number; tick?: string; expiry?: string; segment?: 'NFO' | 'MCX' };

const expiryOf = ({ expiry = '2031-01-28' }: Future) => expiry;
const tickOf = ({ tick = '0.05' }: Future) => tick;
const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const monthOf = (future: Future) => months[Number(expiryOf(future).slice(5, 7)) - 1] ?? '';
const symbolOf = (future: Future) => `${future.underlying}${expiryOf(future).slice(2, 4)}${monthOf(future)}FUT`;
const file = (head: string, lines: readonly string[]) => `${[head, ...lines].join('\n')}\n`;

/** Shoonya's, and that of the other brokers of its make. */
export const shoonyaFutures = (futures: readonly Future[]) =>
  file(
    'Exchange,Token,LotSize,Symbol,TradingSymbol,Expiry,Instrument,OptionType,StrikePrice,TickSize,',
    futures.map((one) => {
      const [year, , day] = expiryOf(one).split('-');
      const kind = one.segment === 'MCX' ? 'FUTCOM' : 'FUTSTK';
      const expiry = `${day}-${monthOf(one)}-${year}`;
      return `${one.segment ?? 'NFO'},${one.token},${one.lot},${one.underlying},${symbolOf(one)},${expiry},${kind},XX,0,${tickOf(one)},`;
    }),
  );

/** Dhan's compact one; its ticks are paise. */
export const dhanFutures = (futures: readonly Future[]) =>
  file(
    'SEM_EXM_EXCH_ID,SEM_SEGMENT,SEM_SMST_SECURITY_ID,SEM_INSTRUMENT_NAME,SEM_EXPIRY_CODE,SEM_TRADING_SYMBOL,SEM_LOT_UNITS,SEM_CUSTOM_SYMBOL,' +
      'SEM_EXPIRY_DATE,SEM_STRIKE_PRICE,SEM_OPTION_TYPE,SEM_TICK_SIZE,SEM_EXPIRY_FLAG,SEM_EXCH_INSTRUMENT_TYPE,SEM_SERIES,SM_SYMBOL_NAME',
    futures.map((one) => {
      const [where, kind] = one.segment === 'MCX' ? ['MCX,M', 'FUTCOM'] : ['NSE,D', 'FUTSTK'];
      const symbol = `${one.underlying}-${monthOf(one)[0]}${monthOf(one).slice(1).toLowerCase()}${expiryOf(one).slice(0, 4)}-FUT`;
      const paise = String(Math.round(Number(tickOf(one)) * 10_000) / 100);
      const text = `${one.underlying} ${monthOf(one)} FUT`;
      return `${where},${one.token},${kind},0,${symbol},${one.lot}.0,${text},${expiryOf(one)} 14:30:00,0.00000,XX,${paise},M,${kind},,${one.underlying}`;
    }),
  );

/** Upstox's CSV. */
export const upstoxFutures = (futures: readonly Future[]) =>
  file(
    'instrument_key,exchange_token,tradingsymbol,name,last_price,expiry,strike,tick_size,lot_size,instrument_type,option_type,exchange',
    futures.map((one) => {
      const segment = one.segment === 'MCX' ? 'MCX_FO' : 'NSE_FO';
      return `${segment}|${one.token},${one.token},${symbolOf(one)},,,${expiryOf(one)},0.0,${tickOf(one)},${one.lot},FUTSTK,FF,${segment}`;
    }),
  );
