import { csvLine } from './csv';

describe('a line of a CSV', () => {
  it('quotes what would break it, and leaves blank what is null', () =>
    expect(csvLine(['a', 'b,c', 'd "e"', 'f\ng', null, 0.05])).toBe('a,"b,c","d ""e""","f\ng",,0.05\r\n'));

  it.each([
    ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
    ['+1', "'+1"],
    ['-1+2', "'-1+2"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', '"\'\r=1"'],
    ['\n=1', '"\'\n=1"'],
    ['BAJAJ-AUTO', 'BAJAJ-AUTO'],
  ])('makes no formula of %j', (text, written) => expect(csvLine([text])).toBe(`${written}\r\n`));

  it('leaves numbers alone', () => expect(csvLine([-1.5])).toBe('-1.5\r\n'));
});
