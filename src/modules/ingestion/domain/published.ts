import { at, mappingOf, type Instrument, type InstrumentEvent } from '../../instruments';
import { noCounts, type Counts } from './run';

/** What a run published, counted. */
export type Published = {
  -readonly [Name in Exclude<keyof Counts, 'rows' | 'accepted' | 'rejected' | 'expired' | 'unchanged'>]: number;
} & {
  /** Rows that changed something in the market (what was only learnt is not a change). */
  changedRows: number;
};

export function nothingPublished(): Published {
  const { rows: _rows, accepted: _accepted, rejected: _rejected, expired: _expired, unchanged: _unchanged, ...nothing } = noCounts;
  return { ...nothing, changedRows: 0 };
}

/** What one decision did to one instrument. */
export type Effect = { readonly isRow: boolean; readonly before: Instrument; readonly events: readonly InstrumentEvent[] };

export function count(counts: Published, { isRow, before, events }: Effect) {
  let [isChanged, isAmended, isLearnt] = [false, false, false];
  for (const event of events) {
    switch (event.type) {
      case 'InstrumentListed':
        counts.listed++;
        isChanged = true;
        break;
      case 'BrokerTokenAssigned': {
        const how = statement(before, event.data);
        if (how === 'new') counts.tokensAssigned++;
        isChanged ||= how === 'new';
        isAmended ||= how === 'changed';
        isLearnt ||= how === 'learnt';
        break;
      }
      case 'BrokerTokenWithdrawn':
        counts.tokensWithdrawn++;
        isChanged = true;
        break;
      case 'IdentifierLearnt':
        isLearnt = true;
        break;
      case 'ContractAdjusted':
        counts.adjusted++;
        isAmended = true;
        break;
      case 'ExpiryRescheduled':
        counts.rescheduled++;
        isAmended = true;
        break;
      case 'InstrumentRenamed':
        counts.renamed++;
        isAmended = true;
        break;
      case 'TermsAmended':
      case 'SeriesChanged':
      case 'IsinChanged':
      case 'FlagsChanged':
        isAmended = true;
        break;
      case 'InstrumentExpired':
        counts.instrumentsExpired++;
        break;
      case 'InstrumentDelisted':
        counts.delisted++;
        break;
      case 'InstrumentResumed':
        isChanged = true;
        break;
      // a listing that left the exchange's list; no file says the other
      case 'InstrumentSuspended':
        break;
    }
  }
  if (isAmended) counts.amended++;
  if (isLearnt) counts.learnt++;
  if (isRow && (isChanged || isAmended)) counts.changedRows++;
}

type Assigned = Extract<InstrumentEvent, { type: 'BrokerTokenAssigned' }>['data'];

/** Whether the token is new to the instrument, or its broker now says more of it, or something else. */
function statement(before: Instrument, now: Assigned): 'new' | 'learnt' | 'changed' {
  const mapping = before.status === 'known' && mappingOf(before.mappings, now);
  const said = mapping && at(mapping.says, now.validFrom)?.value;
  if (!said) return 'new';
  return stated.every((field) => said[field] === null || said[field] === (now[field] ?? null)) ? 'learnt' : 'changed';
}

const stated = ['token', 'symbol', 'name', 'lotSize', 'tickSize', 'freezeQuantity', 'exchangeSymbol'] as const;
