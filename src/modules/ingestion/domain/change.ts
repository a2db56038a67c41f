/** What held before, and what holds from then on; null where there was nothing. */
export type Change = { readonly before: Record<string, unknown> | null; readonly after: Record<string, unknown> | null };

/** An instrument's event as a reader of changes sees it. */
export function changeOf(type: string, { set, was, ...rest }: Record<string, unknown>): Change {
  if (set !== undefined) return { before: was as Record<string, unknown>, after: set as Record<string, unknown> }; // as the events' schemas have it
  return type === 'BrokerTokenWithdrawn' ? { before: rest, after: null } : { before: null, after: rest };
}
