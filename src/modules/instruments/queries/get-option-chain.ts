import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { NotFound } from '../../../platform/errors';
import { chosenExpiry, expiryTypes, typesOf } from '../domain/expiries';
import { Segment } from '../domain/segment';
import { nearest, stepOf } from '../domain/strikes';
import { Day, Decimal } from '../domain/values';
import { chainExample } from '../examples';
import { Moments, type Times } from '../moments';
import { ContractsOn } from './contracts-on';
import { ShownMapping } from './shown-instrument';
import type { Snapshot } from './snapshot';

const ShownOption = z.object({
  id: z.uuid(),
  key: z.string(),
  lotSize: z.int().nullable(),
  tickSize: Decimal.nullable(),
  brokers: z.array(ShownMapping).optional(),
});

export const OptionChain = z
  .object({
    underlying: z.object({ symbol: z.string(), id: z.uuid().nullable(), key: z.string().nullable() }),
    segment: Segment.describe('Of the options.'),
    expiry: Day,
    type: z.enum(expiryTypes),
    step: Decimal.nullable().describe('The distance that most neighbouring strikes have.'),
    min: Decimal,
    max: Decimal,
    count: z.int().describe('Strikes of the whole chain, whatever the width.'),
    spot: Decimal.nullable().describe('As it was given.'),
    atm: Decimal.nullable().describe('The strike nearest to spot.'),
    strikes: z.array(z.object({ strike: Decimal, CE: ShownOption.nullable(), PE: ShownOption.nullable() })),
  })
  .meta({ title: 'OptionChain', examples: [chainExample] });
export type OptionChain = z.infer<typeof OptionChain>;

export type ChainWanted = {
  readonly segment?: Segment | undefined;
  /** A day, or one of `namedExpiries`. */
  readonly expiry: string;
  readonly spot?: Decimal | undefined;
  /** Strikes on either side of the one at the money. */
  readonly width?: number | undefined;
  readonly brokers: boolean;
};

export class GetOptionChain extends Query<OptionChain> {
  constructor(
    readonly name: string,
    readonly wanted: ChainWanted,
    readonly times: Times,
  ) {
    super();
  }
}

@QueryHandler(GetOptionChain)
export class GetOptionChainHandler implements IQueryHandler<GetOptionChain> {
  constructor(
    private readonly moments: Moments,
    private readonly contracts: ContractsOn,
  ) {}

  async execute({ name, wanted, times }: GetOptionChain) {
    const reading = await this.moments.of(times);
    const underlying = await this.contracts.underlying(name, wanted.segment, reading);
    const expiries = await this.contracts.expiries(underlying, reading);
    const types = typesOf(expiries.map(({ expiry }) => expiry));
    const withOptions = expiries.flatMap(({ expiry, options }) => (options > 0 ? expiry : []));
    const expiry = chosenExpiry(wanted.expiry, withOptions, types);
    if (expiry === undefined)
      throw new NotFound(
        `There are no options on ${underlying.symbol} in ${underlying.segment} ${/^\d/.test(wanted.expiry) ? `that expire on ${wanted.expiry}` : `whose expiry is the ${wanted.expiry} one`}. ` +
          `Expiries with options: ${withOptions.join(', ') || 'none'}.`,
      );
    const options = await this.contracts.options(underlying, expiry, reading, wanted.brokers);
    return chain(options, { ...underlying, expiry, type: types.get(expiry) ?? 'weekly' }, wanted);
  }
}

type Head = Pick<OptionChain, 'segment' | 'expiry' | 'type'> & { readonly symbol: string };

function chain(options: readonly Snapshot[], { symbol, ...head }: Head, { spot, width, brokers }: ChainWanted): OptionChain {
  const sides = new Map<string, { CE: Snapshot | null; PE: Snapshot | null }>();
  for (const option of options) {
    if (option.strike === null || option.optionType === null) continue;
    const both = sides.get(option.strike) ?? { CE: null, PE: null };
    sides.set(option.strike, { ...both, [option.optionType]: option });
  }
  // far fewer digits than a double holds: sorting by it is exact
  const strikes = [...sides.keys()].sort((a, b) => Number(a) - Number(b));
  const at = spot === undefined ? null : nearest(strikes, spot);
  const shown = at === null || width === undefined ? strikes : strikes.slice(Math.max(0, at - width), at + width + 1);
  const [any] = options;
  return {
    underlying: { symbol, id: any?.underlyingId ?? null, key: any?.underlyingKey ?? null },
    ...head,
    step: stepOf(strikes),
    min: strikes[0] ?? '0',
    max: strikes.at(-1) ?? '0',
    count: strikes.length,
    spot: spot ?? null,
    atm: at === null ? null : (strikes[at] ?? null),
    strikes: shown.map((strike) => ({
      strike,
      CE: shownOption(sides.get(strike)?.CE ?? null, brokers),
      PE: shownOption(sides.get(strike)?.PE ?? null, brokers),
    })),
  };
}

const shownOption = (option: Snapshot | null, brokers: boolean) =>
  option && {
    ...{ id: option.id, key: option.key, lotSize: option.lotSize, tickSize: option.tickSize },
    ...(brokers && { brokers: [...(option.brokers ?? [])] }),
  };
