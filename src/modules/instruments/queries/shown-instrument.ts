import { z } from 'zod';
import { assetClasses, assetClassOf } from '../domain/asset-class';
import { cfiOf } from '../domain/cfi';
import { contractLabel } from '../domain/key';
import { currencies, Segment, segmentFacts } from '../domain/segment';
import { statusAt, statuses } from '../domain/status';
import { Broker, Day, Decimal, InstrumentType, Isin, OptionType } from '../domain/values';
import { instrumentExample } from '../examples';
import type { Moment } from '../market-clock';
import type { Snapshot } from './snapshot';

export const ShownMapping = z.object({
  broker: Broker,
  token: z.string().describe("What the broker's own API takes."),
  exchangeToken: z.string().describe("The exchange's token; of an index the broker's own."),
  symbol: z.string().describe("The broker's trading symbol."),
  segment: Segment,
  lotSize: z.int().nullable(),
  tickSize: Decimal.nullable(),
  freezeQuantity: z.int().nullable(),
  validFrom: Day,
  validTo: Day.nullable(),
});
export type ShownMapping = z.infer<typeof ShownMapping>;

/** An instrument as the API shows it. Decimals are strings, in its currency; periods are half-open. */
export const ShownInstrument = z
  .object({
    id: z.uuid(),
    key: z.string(),
    symbol: z.string(),
    name: z.string().nullable(),
    segment: Segment,
    exchange: z.string().describe('ISO 10383 MIC.'),
    type: InstrumentType,
    assetClass: z.enum(assetClasses),
    series: z.string().nullable(),
    isin: Isin.nullable(),
    cfi: z
      .string()
      .nullable()
      .describe(
        'ISO 10962:2015, as far as type, series, ISIN and underlying tell; X is not known or not applicable. Null for what cannot be traded.',
      ),
    underlying: z.object({ symbol: z.string(), id: z.uuid().nullable(), key: z.string().nullable() }).nullable(),
    securityId: z.uuid().nullable().describe('The same for all listings of one security.'),
    expiry: Day.nullable(),
    strike: Decimal.nullable(),
    optionType: OptionType.nullable(),
    lotSize: z.int().nullable(),
    tickSize: Decimal.nullable(),
    multiplier: Decimal.nullable(),
    freezeQuantity: z.int().nullable(),
    currency: z.enum(currencies).describe('Of its prices and steps, ISO 4217.'),
    status: z.enum(statuses).describe('At the moment asked about. What is announced but not listed yet is suspended.'),
    flags: z.record(z.string(), z.union([z.boolean(), z.string()])),
    validFrom: Day.describe('First day of its life.'),
    validTo: Day.nullable().describe('First day after its life; null while no end is known.'),
    version: z.int(),
    brokers: z.array(ShownMapping).optional(),
  })
  .meta({ title: 'Instrument', examples: [{ ...instrumentExample, brokers: [...instrumentExample.brokers] }] });
export type ShownInstrument = z.infer<typeof ShownInstrument>;

const nameOf = ({ name, underlying, symbol, expiry, strike, optionType }: Snapshot) =>
  name ?? (expiry === null ? null : contractLabel({ symbol: underlying ?? symbol, expiry, strike, optionType }));

export function shown(instrument: Snapshot, moment: Moment): ShownInstrument {
  const { underlying } = instrument;
  return {
    id: instrument.id,
    key: instrument.key,
    symbol: instrument.symbol,
    name: nameOf(instrument),
    segment: instrument.segment,
    exchange: segmentFacts[instrument.segment].mic,
    type: instrument.type,
    assetClass: assetClassOf(instrument.type, instrument.segment, underlying ?? instrument.symbol),
    series: instrument.series,
    isin: instrument.isin,
    cfi: cfiOf({ ...instrument, symbol: underlying ?? instrument.symbol }),
    underlying: underlying === null ? null : { symbol: underlying, id: instrument.underlyingId, key: instrument.underlyingKey },
    securityId: instrument.securityId,
    expiry: instrument.expiry,
    strike: instrument.strike,
    optionType: instrument.optionType,
    lotSize: instrument.lotSize,
    tickSize: instrument.tickSize,
    multiplier: instrument.multiplier,
    freezeQuantity: instrument.freezeQuantity,
    currency: segmentFacts[instrument.segment].currency,
    status: statusAt(instrument, moment),
    flags: instrument.flags,
    validFrom: instrument.listedFrom,
    validTo: instrument.listedTo,
    version: instrument.version,
    ...(instrument.brokers === null ? {} : { brokers: [...instrument.brokers] }),
  };
}
