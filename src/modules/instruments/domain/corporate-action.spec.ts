import { adjustedBy, corporateActionOf, type AdjustedPair } from './corporate-action';

const pair = (was: string, now: string, lotWas: number | null = 100, lotNow: number | null = lotWas): AdjustedPair => ({
  strike: [was, now],
  lotSize: [lotWas, lotNow],
});

describe('the corporate action behind adjusted contracts', () => {
  it.each([
    ['a split of one into five', '5:1', [pair('2000', '400', 400, 2000), pair('2040', '408', 400, 2000)]],
    ['a bonus of one for one', '2:1', [pair('230', '115', 2500, 5000), pair('265', '132.5', 2500, 5000)]],
    ['a bonus of one for two, rounded to ticks', '3:2', [pair('170', '113.35', 4100, 6150), pair('160', '106.65', 4100, 6150)]],
    ['a bonus of one for four', '5:4', [pair('800', '640', 1000, 1250), pair('820', '656', 1000, 1250)]],
  ])('is %s', (_, ratio, pairs) => expect(corporateActionOf(pairs)).toMatchObject({ kind: 'split_or_bonus', ratio }));

  it('is a rights issue where the ratio is that of prices', () =>
    expect(corporateActionOf([pair('200', '197.15', 3225, 3272), pair('180', '177.45', 3225, 3272)])).toEqual({
      kind: 'rights',
      ratio: '3272:3225',
      evidence: { contracts: 2, strike: ['200', '197.15'], lotSize: [3225, 3272] },
    }));

  it('is a dividend where all strikes fall by as much under the same lot', () =>
    expect(corporateActionOf([pair('120', '115.95'), pair('136', '131.95'), pair('97.5', '93.45', null)])).toEqual({
      kind: 'dividend',
      amount: '4.05',
      evidence: { contracts: 3, strike: ['120', '115.95'], lotSize: [100, 100] },
    }));

  it.each([
    ['one contract', [pair('120', '115')]],
    ['nothing', []],
    ['strikes that fall by different amounts', [pair('120', '115'), pair('130', '124')]],
    ['strikes that rise', [pair('120', '125'), pair('130', '135')]],
    ['lots that do not follow the strikes', [pair('120', '60', 100, 300), pair('130', '65', 100, 300)]],
    ['lots that change differently', [pair('120', '60', 100, 200), pair('130', '65', 100, 100)]],
  ])('is not named after %s', (_, pairs) => expect(corporateActionOf(pairs)).toBeNull());
});

describe('what a corporate action makes of another contract on the share', () => {
  it.each([
    ['a dividend', [pair('120', '115.95'), pair('136', '131.95')], ['350.05', 100], ['346', 100]],
    [
      'a bonus of one for two, rounded to ticks',
      [pair('170', '113.35', 4100, 6150), pair('160', '106.65', 4100, 6150)],
      ['175', 4100],
      ['116.65', 6150],
    ],
    ['a rights issue', [pair('200', '197.15', 3225, 3272), pair('180', '177.45', 3225, 3272)], ['190', 3225], ['187.25', 3272]],
    [
      'a split, where its lot is not that of the others',
      [pair('2000', '400', 400, 2000), pair('2040', '408', 400, 2000)],
      ['2100', 425],
      ['420', 425],
    ],
    [
      'a split, where nobody has said its lot',
      [pair('2000', '400', 400, 2000), pair('2040', '408', 400, 2000)],
      ['2100', null],
      ['420', null],
    ],
  ] as const)('follows %s', (_, pairs, [strike, lotSize], [strikeAfter, lotAfter]) => {
    const action = corporateActionOf(pairs);
    expect(action && adjustedBy(action, strike, lotSize)).toEqual({ strike: strikeAfter, lotSize: lotAfter });
  });

  it.each([
    [[pair('170', '113.35', 4100, 6150), pair('160', '106.65', 4100, 6150)]],
    [[pair('230', '115', 2500, 5000), pair('265', '132.5', 2500, 5000)]],
    [[pair('120', '115.95'), pair('136', '131.95')]],
  ])('is what it made of those that tell of it', (pairs) => {
    const action = corporateActionOf(pairs);
    for (const { strike, lotSize } of pairs)
      expect(action && adjustedBy(action, strike[0], lotSize[0])).toEqual({ strike: strike[1], lotSize: lotSize[1] });
  });
});
