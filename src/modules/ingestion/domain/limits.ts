import { z } from 'zod';
import { Broker, Segment } from '../../instruments';

/** How much of a segment may be wrong before it waits for a decision: shares from 0 to 1, as data. Measured on real files: docs/gates.md. */

export const gateNames = [
  'schema',
  'rejected_rows',
  'duplicate_keys',
  'stale_rows',
  'expired_rows',
  'lost_rows',
  'lot_jumps',
  'tick_jumps',
  'unknown_underlyings',
  'cross_broker',
] as const;
export const GateName = z.enum(gateNames);
export type GateName = z.infer<typeof GateName>;

/** Null switches the gate off. Where broker or segment is null, it holds for all of them. */
export type Limit = {
  readonly broker: string | null;
  readonly segment: Segment | null;
  readonly gate: GateName;
  readonly limit: number | null;
};

const everywhere = { broker: null, segment: null };

export const defaultLimits: readonly Limit[] = [
  { ...everywhere, gate: 'schema', limit: 0.05 },
  { ...everywhere, gate: 'rejected_rows', limit: 0.05 },
  { ...everywhere, gate: 'duplicate_keys', limit: 0.001 },
  { ...everywhere, gate: 'stale_rows', limit: 0.01 },
  { ...everywhere, gate: 'expired_rows', limit: 0.5 },
  { ...everywhere, gate: 'lost_rows', limit: 0.4 },
  { ...everywhere, gate: 'lot_jumps', limit: 0.25 },
  { ...everywhere, gate: 'tick_jumps', limit: 0.25 },
  { ...everywhere, gate: 'unknown_underlyings', limit: 0.1 },
  { ...everywhere, gate: 'cross_broker', limit: 0.05 },
];

const form = 'gate=share, dhan/gate=share, MCX/gate=share or dhan/MCX/gate=share with a share from 0 to 1 or off';

/** `lost_rows=0.4`, `dhan/lost_rows=0.5`, `dhan/MCX/lot_jumps=off`. */
export const LimitText = z.string().transform((text, context): Limit => {
  const wrong = (message: string) => {
    context.addIssue({ code: 'custom', message: `"${text}": ${message}` });
    return z.NEVER;
  };
  const [, place = '', name, share = ''] = /^((?:[^/=]+\/){0,2})([^/=]+)=([^/=]+)$/.exec(text.replace(/\s/g, '')) ?? [];
  if (name === undefined) return wrong(`it takes ${form}`);
  const gate = GateName.safeParse(name).data;
  if (!gate) return wrong(`there is no gate ${name}; there are ${gateNames.join(', ')}`);
  const limit = share === 'off' ? null : Number(share);
  if (limit !== null && !(limit >= 0 && limit <= 1)) return wrong(`${share} is neither a share from 0 to 1 nor off`);
  const places = place.split('/').slice(0, -1);
  const segment = Segment.safeParse(places.at(-1)).data ?? null;
  const [broker = null, ...more] = segment === null ? places : places.slice(0, -1);
  if (more[0] !== undefined) return wrong(`there is no segment ${more[0]}; there are ${Segment.options.join(', ')}`);
  if (broker !== null && !Broker.safeParse(broker).success) return wrong(`${broker} is neither a broker nor a segment`);
  return { broker, segment, gate, limit };
});

/** What holds for one broker's segment, or (null) for its whole file; null where the gate is off. */
export type LimitOf = (gate: GateName, segment: Segment | null) => number | null;

/** The most specific wins: broker and segment, broker, segment, neither; of two alike the later one. */
export function limitsOf(broker: string, limits: readonly Limit[]): LimitOf {
  const inOrder = limits.filter((one) => one.broker === null || one.broker === broker).sort((a, b) => specificity(a) - specificity(b));
  return (gate, segment) =>
    inOrder.findLast((one) => one.gate === gate && (one.segment === null || one.segment === segment))?.limit ?? null;
}

const specificity = ({ broker, segment }: Limit) => (broker === null ? 0 : 2) + (segment === null ? 0 : 1);
