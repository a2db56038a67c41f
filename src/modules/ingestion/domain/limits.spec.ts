import { defaultLimits, gateNames, limitsOf, LimitText } from './limits';

const told = (...texts: string[]) => [...defaultLimits, ...texts.map((text) => LimitText.parse(text))];

describe('the limits of gates', () => {
  it('has one for every gate', () => {
    const limitOf = limitsOf('kite', defaultLimits);
    for (const gate of gateNames) expect(limitOf(gate, 'NFO')).toBeGreaterThan(0);
  });

  it('takes the most specific: broker and segment, broker, segment, neither', () => {
    const limits = told('dhan/MCX/lot_jumps=0.9', 'dhan/lot_jumps=0.7', 'MCX/lot_jumps=0.5', 'lot_jumps=0.3');
    const of = (broker: string, segment: 'MCX' | 'NFO' | null) => limitsOf(broker, limits)('lot_jumps', segment);
    expect([of('dhan', 'MCX'), of('dhan', 'NFO'), of('kite', 'MCX'), of('kite', 'NFO'), of('kite', null)]).toEqual([
      0.9, 0.7, 0.5, 0.3, 0.3,
    ]);
    expect(limitsOf('dhan', limits)('tick_jumps', 'MCX')).toBe(0.25);
  });

  it('takes the later of two that are equally specific', () =>
    expect(limitsOf('kite', told('lost_rows=0.6', 'lost_rows=0.2'))('lost_rows', 'NSE')).toBe(0.2));

  it('switches a gate off for all, or for one place', () => {
    expect(limitsOf('kite', told('lost_rows=off'))('lost_rows', 'NSE')).toBeNull();
    const limitOf = limitsOf('kite', told('kite/NFO/lost_rows=off'));
    expect([limitOf('lost_rows', 'NFO'), limitOf('lost_rows', 'NSE')]).toEqual([null, 0.4]);
  });

  it.each([
    ['lost_rows', /it takes gate=share/],
    ['kite/NFO/x/lost_rows=1', /it takes gate=share/],
    ['lost_row=0.4', /there is no gate lost_row; there are schema, /],
    ['lost_rows=1.5', /1\.5 is neither a share from 0 to 1 nor off/],
    ['lost_rows=much', /much is neither/],
    ['kite/NOF/lost_rows=0.4', /there is no segment NOF; there are NSE, /],
    ['NOF/lost_rows=0.4', /NOF is neither a broker nor a segment/],
  ])('says what is wrong with %s', (text, sentence) => {
    const { error } = LimitText.safeParse(text);
    expect(error?.issues[0]?.message).toMatch(sentence);
    expect(error?.issues[0]?.message).toContain(`"${text}": `);
  });
});
