import { CannotStart } from '../../platform/cannot-start';
import { Config } from '../../platform/config';
import { GateLimits } from './gate-limits';

const limits = (text: string) => new GateLimits(Config.load({ INSTRUMENT_REGISTRY_GATES: text }));

describe('INSTRUMENT_REGISTRY_GATES', () => {
  it('changes limits by broker and segment', () => {
    const told = limits('lost_rows=0.3, dhan/lost_rows=0.5, dhan/MCX/lot_jumps=off');
    expect([told.of('kite')('lost_rows', 'NFO'), told.of('dhan')('lost_rows', 'NFO'), told.of('dhan')('lot_jumps', 'MCX')]).toEqual([
      0.3,
      0.5,
      null,
    ]);
  });

  it.each([
    ['lost_rows=2', 'INSTRUMENT_REGISTRY_GATES has "lost_rows=2": 2 is neither a share from 0 to 1 nor off.'],
    [
      'stale_rows=0.01,dahn/lost_rows=0.5',
      /^INSTRUMENT_REGISTRY_GATES names the broker dahn, which is not there: it is one of aliceblue, /,
    ],
  ])('stops the start on %s with one sentence', (text, sentence) => {
    expect(() => limits(text)).toThrow(CannotStart);
    expect(() => limits(text)).toThrow(sentence);
  });
});
