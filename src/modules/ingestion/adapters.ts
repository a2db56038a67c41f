import { NotFound } from '../../platform/errors';
import type { Adapter } from './adapters/adapter';
import { aliceblue } from './adapters/aliceblue';
import { angel } from './adapters/angel';
import { dhan } from './adapters/dhan';
import { fivepaisa } from './adapters/fivepaisa';
import { fyers } from './adapters/fyers';
import { groww } from './adapters/groww';
import { icici } from './adapters/icici';
import { kite } from './adapters/kite';
import { kotak } from './adapters/kotak';
import { flattrade, shoonya, tradesmart, zebu } from './adapters/noren';
import { nasdaq } from './adapters/nasdaq';
import { nseLists } from './adapters/nse-lists';
import { nseSymbolChanges } from './adapters/nse-symbol-changes';
import { nuvama } from './adapters/nuvama';
import { upstox } from './adapters/upstox';

/** The brokers whose dumps, and the exchanges whose lists can be read. */
export const adapters: readonly Adapter[] = [
  aliceblue,
  angel,
  dhan,
  fivepaisa,
  flattrade,
  fyers,
  groww,
  icici,
  kite,
  kotak,
  nasdaq,
  ...nseLists,
  nseSymbolChanges,
  nuvama,
  shoonya,
  tradesmart,
  upstox,
  zebu,
];

export function adapterOf(broker: string): Adapter {
  const adapter = adapters.find((one) => one.broker === broker);
  if (!adapter)
    throw new NotFound(`There is no broker "${broker}". Its dumps can be read from: ${adapters.map((one) => one.broker).join(', ')}.`);
  return adapter;
}
