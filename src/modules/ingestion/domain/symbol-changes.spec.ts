import { chainsOf } from './symbol-changes';

const change = (from: string, to: string, day: string) => ({ line: 1, raw: '', from, to, day });

describe('changes of symbols', () => {
  const [a, b, c] = [change('A', 'B', '2001-01-01'), change('B', 'C', '2010-01-01'), change('C', 'D', '2020-01-01')];

  it.each([[[a, b, c]], [[c, a, b]], [[b, c, a]]])('make a chain in whatever order they stand', (rows) =>
    expect(chainsOf(rows)).toEqual([[c, b, a]]),
  );

  it('make two where a symbol is given again', () => {
    const again = change('X', 'B', '2015-01-01');
    expect(chainsOf([a, b, again])).toEqual([[again], [b, a]]);
  });

  it('may go back and forth', () => {
    const back = change('B', 'A', '2005-01-01');
    expect(chainsOf([a, back])).toEqual([[back, a]]);
  });
});
