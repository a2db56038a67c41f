import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { wholeNumber } from '../../platform/http/paging';
import { query } from '../../platform/http/validation';
import { namedExpiries } from './domain/expiries';
import { Segment } from './domain/segment';
import { Day, decimal, PositiveDecimal } from './domain/values';
import { times } from './moments';
import { GetOptionChain, OptionChain } from './queries/get-option-chain';
import { ListExpiries, ShownExpiry } from './queries/list-expiries';

const where = {
  segment: Segment.optional().describe(
    'Where the contracts are (BFO) or the underlying is listed (BSE): for a symbol that several have contracts on.',
  ),
};

const price = z.string().transform((text, context) => {
  const exact = PositiveDecimal.safeParse(decimal(text));
  if (!exact.success) context.addIssue('Give a price above 0, such as 24512.35.');
  return exact.data ?? z.NEVER;
});

const Expiries = query({ ...where, ...times });
const Chain = query({
  ...where,
  expiry: z
    .string()
    .refine(
      (text) => namedExpiries.some((name) => name === text) || Day.safeParse(text).success,
      'Give a day such as 2026-01-27, or current, next or monthly.',
    )
    .default('current')
    .describe('A day, or current (the nearest), next (the one after it), monthly (the nearest monthly one).'),
  spot: price.optional().describe('The price of the underlying: `atm` is the strike nearest to it.'),
  width: wholeNumber(0, 1000).optional().describe('So many strikes on either side of the one at the money; needs spot.'),
  include: z.literal('brokers').optional(),
  ...times,
}).refine(({ spot, width }) => width === undefined || spot !== undefined, {
  path: ['width'],
  message: 'Give spot, too: the strikes are those around it.',
});

@ApiTags('underlyings')
@Controller('underlyings')
export class UnderlyingsController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':key/expiries')
  @ApiOkResponse({ standardSchema: z.array(ShownExpiry) })
  expiries(@Param('key') key: string, @Query({ schema: Expiries }) { segment, ...when }: z.output<typeof Expiries>) {
    return this.queries.execute(new ListExpiries(key, segment, when));
  }

  @Get(':key/option-chain')
  @ApiOkResponse({ standardSchema: OptionChain })
  chain(@Param('key') key: string, @Query({ schema: Chain }) { asOf, knownAt, include, ...wanted }: z.output<typeof Chain>) {
    return this.queries.execute(new GetOptionChain(key, { ...wanted, brokers: include === 'brokers' }, { asOf, knownAt }));
  }
}
