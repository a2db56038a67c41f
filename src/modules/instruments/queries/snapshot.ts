import type { Known, Terms } from '../domain/instrument';
import type { Segment } from '../domain/segment';
import { at, dayBefore } from '../domain/timeline';
import { compareTexts, type Day } from '../domain/values';

/** What a broker's token means, and what the broker says of the instrument, in the period that holds at the moment. */
export type BrokerMapping = {
  readonly broker: string;
  readonly token: string;
  readonly exchangeToken: string;
  readonly symbol: string;
  readonly segment: Segment;
  readonly lotSize: number | null;
  readonly tickSize: string | null;
  readonly freezeQuantity: number | null;
  readonly validFrom: Day;
  readonly validTo: Day | null;
};

/** An instrument as it stands at a moment, read from the tables or folded from the log. */
export type Snapshot = Terms & {
  readonly id: string;
  readonly version: number;
  readonly segment: Segment;
  readonly securityId: string | null;
  readonly isTest: boolean;
  readonly listedFrom: Day;
  readonly listedTo: Day | null;
  /** The period of these terms: the one of the moment, else the last before it, else the first after it. */
  readonly from: Day;
  readonly to: Day | null;
  readonly underlyingId: string | null;
  readonly underlyingKey: string | null;
  /** Null when they were not asked for. */
  readonly brokers: readonly BrokerMapping[] | null;
};

/** The day whose mappings go with these terms: the moment's, else the last or the first of their period. */
export const dayShown = ({ from, to }: { readonly from: Day; readonly to: Day | null }, day: Day): Day =>
  to !== null && to <= day ? dayBefore(to) : from > day ? from : day;

/** The order in which the statements of Snapshots give them. */
export const compareMappings = (a: BrokerMapping, b: BrokerMapping) =>
  compareTexts(a.broker + a.exchangeToken, b.broker + b.exchangeToken) || compareTexts(a.segment, b.segment);

/** The same as the statements of Snapshots give, from a state of the log. Null before the listing, unless what comes next is wanted. */
export function snapshotOf(id: string, version: number, known: Known, day: Day, next: boolean): Snapshot | null {
  const period = at(known.terms, day) ?? known.terms.findLast(({ from }) => from <= day) ?? (next ? known.terms[0] : undefined);
  const [first, last] = [known.terms[0], known.terms.at(-1)];
  if (!period || !first || !last) return null;
  const { from, to, value } = period;
  const shown = dayShown(period, day);
  const brokers = known.mappings.flatMap(({ broker, segment, exchangeToken, says }): BrokerMapping[] => {
    const statement = at(says, shown);
    if (!statement) return [];
    const { token, symbol, lotSize, tickSize, freezeQuantity } = statement.value;
    return [
      {
        broker,
        token,
        exchangeToken,
        symbol,
        segment,
        lotSize,
        tickSize,
        freezeQuantity,
        validFrom: statement.from,
        validTo: statement.to,
      },
    ];
  });
  return {
    ...value,
    id,
    version,
    segment: known.segment,
    securityId: known.securityId,
    isTest: known.isTest,
    listedFrom: first.from,
    listedTo: last.to,
    from,
    to,
    underlyingId: null,
    underlyingKey: null,
    brokers: brokers.sort(compareMappings),
  };
}
