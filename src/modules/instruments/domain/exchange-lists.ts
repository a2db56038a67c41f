/**
 * Sources that are an exchange's own lists of securities: nobody knows better what is listed and how it is called. They are read like
 * brokers' files, with the listing itself, ISIN and series, for a token: these lists give none, and nobody can trade at them.
 */
export const exchangeLists: readonly string[] = ['nse', 'nse-sme', 'nse-etf', 'nse-reit', 'nse-invit'];

export const isExchangeList = (source: string): boolean => exchangeLists.includes(source);
