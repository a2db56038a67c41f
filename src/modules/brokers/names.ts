/** The brokers whose dumps the registry reads, by the name that routes use, as they call themselves. */
export const brokerNames: Readonly<Record<string, string>> = { kite: 'Zerodha Kite', upstox: 'Upstox' };
