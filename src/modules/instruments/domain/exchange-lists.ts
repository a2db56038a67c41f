/**
 * Sources that are an exchange's own lists of securities: nobody knows better what is listed and how it is called. They are read like
 * brokers' files, with the listing itself, ISIN and series, for a token: these lists give none, and nobody can trade at them.
 */
export const exchangeLists: readonly string[] = ['nse', 'nse-sme', 'nse-etf', 'nse-reit', 'nse-invit'];

/** What an exchange tells of its listings beside these lists: nobody can trade at this either. */
const exchangeFiles: readonly string[] = [...exchangeLists, 'nse-symbolchange'];

export const isExchangeFile = (source: string): boolean => exchangeFiles.includes(source);

export const isExchangeList = (source: string): boolean => exchangeLists.includes(source);
