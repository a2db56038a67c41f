import { createReadStream } from 'node:fs';
import { dataFile, describeWithData } from '../../../test/support/data';
import { at, segmentFacts } from '../instruments';
import { load, referenceList, type Content, type ReferenceList } from './domain/reference-list';
import { isoMic } from './files/iso-mic';
import { nseIndex } from './files/nse-index';
import { nseLots } from './files/nse-lots';
import type { ReferenceFile } from './files/reference-file';
import { readLines } from './read-lines';

async function read(file: ReferenceFile, name: string, day: string) {
  const { lines, sha256 } = await readLines(createReadStream(dataFile(name)));
  const said = file.read(lines, 'NSE_INDEX:NIFTY');
  return { ...said, content: { ...said, day, sha256, isSteady: file.isSteady } };
}
type Report = Record<'rows' | 'entries' | 'added' | 'changed' | 'removed', number>;

/** The list after these files, and what each of them changed. */
function listOf(...contents: Content[]): { readonly list: ReferenceList; readonly reports: Report[] } {
  let list = referenceList.initial;
  const reports = contents.map((content) => {
    const events = load(list, content);
    list = events.reduce(referenceList.evolve, list);
    const [data] = events.map((event) => event.data);
    return {
      ...{ rows: content.rows, entries: content.entries.size },
      ...{ added: data?.added.length ?? -1, changed: data?.changed.length ?? -1, removed: data?.removed.length ?? -1 },
    };
  });
  return { list, reports };
}

const lots = [
  ['nse/2017-01-24_fo_mktlots.csv', '2017-01-24'],
  // published late: its first month is November
  ['nse/2021-01-03a_fo_mktlots.csv', '2020-11-20'],
  ['nse/2021-02-05_fo_mktlots.csv', '2021-02-05'],
] as const;

describeWithData(
  'NSE’s market lots of 2017, 2020 and 2021',
  lots.map(([name]) => name),
  () => {
    it('are read whole, and tell the lot of each month on each day', async () => {
      const files = await Promise.all(lots.map(([name, day]) => read(nseLots, name, day)));
      expect(files.map(({ rejects }) => rejects)).toEqual([[], [], []]);
      expect(files.map(({ contradicts }, n) => contradicts(lots[n]?.[1] ?? ''))).toEqual([null, null, null]);
      expect(files[1]?.contradicts('2021-01-03')).toMatch('its first month is 2020-11');
      const { list, reports } = listOf(...files.map(({ content }) => content));
      expect(reports).toEqual([
        { rows: 186, entries: 576, added: 576, changed: 0, removed: 0 },
        // three of NIFTY's far months had been announced in 2017 already
        { rows: 139, entries: 431, added: 428, changed: 0, removed: 0 },
        { rows: 143, entries: 443, added: 429, changed: 0, removed: 0 },
      ]);
      const lot = (subject: string, day: string) => at(list.facts[subject] ?? [], day)?.value.lotSize;
      expect(lot('BANKNIFTY 2017-01', '2017-01-24')).toBe(40);
      expect([lot('COALINDIA 2020-12', '2020-11-20'), lot('COALINDIA 2021-01', '2020-11-20')]).toEqual([3700, 4200]);
      expect([lot('NIFTY 2025-12', '2021-02-04'), lot('NIFTY 2025-12', '2021-02-05')]).toEqual([undefined, 75]);
    });
  },
);

const indices = [
  ['nse/2025-09-11_ind_nifty50list.csv', 50],
  ['nse/2025-09-11_ind_niftylargemidcap250list.csv', 250],
  ['nse/2025-09-11_ind_nifty500list.csv', 501],
  ['nse/2026_ind_nifty500list.csv', 500],
  ['nse/2026_nifty750list.csv', 751],
] as const;

describeWithData(
  'NSE’s lists of constituents',
  indices.map(([name]) => name),
  () => {
    it.each(indices)('%s has %i members, each with its industry', async (name, count) => {
      const { rows, entries, rejects } = await read(nseIndex, name, '2025-09-11');
      expect([rows, entries.size, rejects]).toEqual([count, count, []]);
      expect([...entries.values()].filter(({ fact }) => fact.industry === null)).toEqual([]);
    });

    it('tell who left the Nifty 500 and who came; a Nifty 250 is not taken for one', async () => {
      const [before, after] = await Promise.all([read(nseIndex, indices[2][0], '2025-09-11'), read(nseIndex, indices[3][0], '2025-10-31')]);
      expect(listOf(before.content, after.content).reports[1]).toEqual({ rows: 500, entries: 500, added: 28, changed: 5, removed: 29 });
      const smaller = await read(nseIndex, indices[1][0], '2025-09-12');
      expect(() => listOf(before.content, smaller.content)).toThrow('it seems to be another list');
    });
  },
);

describeWithData('ISO’s MICs of 2025-05-20', ['iso/2025-05-20_ISO10383_MIC.csv'], () => {
  it('have every market of the registry’s segments, active', async () => {
    const { rows, entries, rejects } = await read(isoMic, 'iso/2025-05-20_ISO10383_MIC.csv', '2025-05-20');
    expect([rows, entries.size, rejects]).toEqual([2767, 2767, []]);
    const mics = [...new Set(Object.values(segmentFacts).map(({ mic }) => mic))];
    expect(mics.map((mic) => [mic, entries.get(mic)?.fact.status])).toEqual(mics.map((mic) => [mic, 'active']));
    expect(mics.map((mic) => [mic, entries.get(mic)?.fact.country])).toEqual([
      ...['XNSE', 'XBOM', 'XIMC', 'XNCD'].map((mic) => [mic, 'IN']),
      ['XXXX', 'ZZ'],
      ...['XNAS', 'XNYS', 'XASE', 'ARCX', 'BATS', 'IEXG'].map((mic) => [mic, 'US']),
    ]);
  });
});
