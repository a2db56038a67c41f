import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { Database } from '../../../platform/database/database';
import { decodeCursor, page, pageFrom, type Page } from '../../../platform/http/paging';
import { query } from '../../../platform/http/validation';
import { AsOf, Moments } from '../../instruments';

export const DisagreementFilter = query({ asOf: AsOf.optional(), ...page });
export type DisagreementFilter = z.output<typeof DisagreementFilter>;

export const LotDisagreement = z
  .object({
    underlying: z.string(),
    expiryMonth: z.string(),
    announced: z.int().describe("The lot by the exchange's list."),
    lotSize: z.int().describe('The lot of the contracts, as brokers say.'),
    contracts: z.int(),
    example: z.string().describe('The key of one of them.'),
  })
  .meta({
    title: 'LotDisagreement',
    examples: [
      {
        ...{ underlying: 'NIFTY', expiryMonth: '2026-01', announced: 65, lotSize: 75 },
        ...{ contracts: 412, example: 'NFO:NIFTY:2026-01-27:26000:CE' },
      },
    ],
  });
export type LotDisagreement = z.infer<typeof LotDisagreement>;

/** Where contracts of NSE have another lot than the exchange announced for their month. Neither overrides the other. */
export class ListLotDisagreements extends Query<Page<LotDisagreement>> {
  constructor(readonly filter: DisagreementFilter) {
    super();
  }
}

const Cursor = z.tuple([z.string(), z.string(), z.int()]);

@QueryHandler(ListLotDisagreements)
export class ListLotDisagreementsHandler implements IQueryHandler<ListLotDisagreements> {
  constructor(
    private readonly database: Database,
    private readonly moments: Moments,
  ) {}

  async execute({ filter: { asOf, limit, cursor } }: ListLotDisagreements) {
    const { day } = (await this.moments.of({ asOf })).moment;
    const after = cursor === undefined ? ['', '', 0] : decodeCursor(Cursor, cursor);
    const rows = await this.database.query<LotDisagreement>({
      name: 'reference-lot-disagreements',
      text: `SELECT a.underlying, a.expiry_month AS "expiryMonth", a.lot_size AS announced, t.lot_size AS "lotSize",
                    count(*)::int AS contracts, min(t.key COLLATE "C") AS example
             FROM registry.announced_lots a
             JOIN registry.lot_sizes t ON t.segment = 'NFO' AND t.underlying = a.underlying AND t.lot_size <> a.lot_size
               AND t.expiry >= greatest($1::date, (a.expiry_month || '-01')::date) AND t.expiry < (a.expiry_month || '-01')::date + interval '1 month'
               AND t.valid_from <= $1 AND (t.valid_to IS NULL OR t.valid_to > $1)
             WHERE a.list = 'nse-lots' AND a.valid_from <= $1 AND (a.valid_to IS NULL OR a.valid_to > $1)
               AND (a.underlying COLLATE "C", a.expiry_month COLLATE "C", t.lot_size) > ($2, $3, $4)
             GROUP BY a.underlying, a.expiry_month, a.lot_size, t.lot_size
             ORDER BY a.underlying COLLATE "C", a.expiry_month COLLATE "C", t.lot_size LIMIT $5`,
      values: [day, ...after, limit + 1],
    });
    return pageFrom(rows, limit, ({ underlying, expiryMonth, lotSize }) => [underlying, expiryMonth, lotSize]);
  }
}
