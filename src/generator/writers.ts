import type { Writer } from './writer';
import { aliceblue } from './writers/aliceblue';
import { angel } from './writers/angel';
import { dhan } from './writers/dhan';
import { fivepaisa } from './writers/fivepaisa';
import { fyers } from './writers/fyers';
import { groww } from './writers/groww';
import { icici } from './writers/icici';
import { kite } from './writers/kite';
import { kotak } from './writers/kotak';
import { flattrade, shoonya, tradesmart, zebu } from './writers/noren';
import { nuvama } from './writers/nuvama';
import { upstox, upstoxCsv } from './writers/upstox';

/** One for each broker, by its name. */
export const writers: ReadonlyMap<string, Writer> = new Map(
  [kite, upstox, angel, dhan, fyers, shoonya, icici, nuvama, groww, kotak, fivepaisa, flattrade, zebu, tradesmart, aliceblue].map(
    (writer) => [writer.broker, writer],
  ),
);

/** A broker's other format. */
export const otherFormats: ReadonlyMap<string, Writer> = new Map([['upstox-csv', upstoxCsv]]);
