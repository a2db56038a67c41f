import { partsOf, scoreOf, type Measured, type Source } from './score';

const source: Source = { broker: 'kite', ageDays: 0, lateDays: 0, rejectedShare: 0, quarantined: false };
const good: Measured = { instruments: 10, withIsin: 10, withLot: 10, withTick: 10, compared: 10, doubtful: 0, sources: [source] };
const score = (more: Partial<Measured>, kind: 'cash' | 'derivatives' | 'index' = 'cash') => scoreOf(partsOf({ ...good, ...more }, kind));

describe('the score of a segment', () => {
  it('is 100 when nothing is missing, doubtful, old, rejected or quarantined', () => expect(score({})).toBe(100));

  it('loses a third of completeness when no share has an ISIN, which contracts and indices cannot have', () => {
    expect(score({ withIsin: 0 })).toBe(90);
    expect(score({ withIsin: 0 }, 'derivatives')).toBe(100);
    expect(score({ withIsin: 0, withLot: 0, withTick: 0 }, 'index')).toBe(100);
  });

  it('loses by the share of what could be compared and is doubtful', () => {
    expect(score({ doubtful: 5 })).toBe(85);
    expect(score({ compared: 5, doubtful: 5 })).toBe(70);
  });

  it.each([
    [0, 100],
    [1, 100],
    [2.25, 95],
    [6, 80],
    [400, 80],
    [null, 80],
  ])('with a newest file %p days of trading late is %d', (lateDays, expected) =>
    expect(score({ sources: [{ ...source, lateDays }] })).toBe(expected),
  );

  it('takes the mean of its sources', () => expect(score({ sources: [source, { ...source, lateDays: 6 }] })).toBe(90));

  it('loses what rejects and quarantines are worth', () => {
    expect(score({ sources: [{ ...source, rejectedShare: 0.025 }] })).toBe(95);
    expect(score({ sources: [{ ...source, rejectedShare: 0.2 }] })).toBe(90);
    expect(score({ sources: [{ ...source, quarantined: true }] })).toBe(90);
  });

  it('leaves out what cannot be measured, and is nothing when nothing can', () => {
    expect(score({ compared: 0, doubtful: 0, withIsin: 0 })).toBe(85.7);
    const nothing = partsOf({ instruments: 0, withIsin: 0, withLot: 0, withTick: 0, compared: 0, doubtful: 0, sources: [] }, 'cash');
    expect(nothing).toEqual({ completeness: null, agreement: null, freshness: null, rejects: null, quarantine: null });
    expect(scoreOf(nothing)).toBeNull();
  });
});
