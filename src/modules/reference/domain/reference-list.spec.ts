import { specificationFor } from '../../../../test/support/specification';
import { Refused } from '../../../platform/errors';
import { load, referenceList, type Content, type ReferenceList, type ReferenceListEvent } from './reference-list';

const given = specificationFor(referenceList);

const content = (day: string, values: Record<string, number>, more: Partial<Content> = {}): Content => ({
  ...{ day, sha256: `${day} ${JSON.stringify(values)}`, rows: Object.keys(values).length, covers: () => true, isSteady: false },
  entries: new Map(Object.entries(values).map(([subject, value]) => [subject, { fact: { value }, endsOn: null }])),
  ...more,
});
const loading = (file: Content, insist?: boolean) => (list: ReferenceList) => load(list, file, insist);
const after = (...files: Content[]): ReferenceListEvent[] => {
  const events: ReferenceListEvent[] = [];
  for (const file of files) events.push(...load(events.reduce(referenceList.evolve, referenceList.initial), file, true));
  return events;
};
const changes = (file: Content, more: Partial<ReferenceListEvent['data']>): ReferenceListEvent => ({
  type: 'ReferenceListLoaded',
  data: { day: file.day, sha256: file.sha256, rows: file.rows, added: [], changed: [], removed: [], ...more },
});

describe('loading a file of a list', () => {
  const monday = content('2026-01-05', { A: 1, B: 2 });
  const wednesday = content('2026-01-07', { A: 1, B: 3, C: 4 });

  it('adds what is new, for good', () =>
    given()
      .when(loading(monday))
      .then(
        changes(monday, {
          added: [
            { subject: 'A', fact: { value: 1 }, validTo: null },
            { subject: 'B', fact: { value: 2 }, validTo: null },
          ],
        }),
      ));

  it('changes, adds and removes what differs, and says what was', () =>
    given(...after(wednesday))
      .when(loading(content('2026-01-08', { B: 5, C: 4, D: 6 })))
      .then(
        changes(content('2026-01-08', { B: 5, C: 4, D: 6 }), {
          added: [{ subject: 'D', fact: { value: 6 }, validTo: null }],
          changed: [{ subject: 'B', fact: { value: 5 }, was: { value: 3 }, validTo: null }],
          removed: [{ subject: 'A', was: { value: 1 }, validTo: null }],
        }),
      ));

  it('does nothing with the same file of the same day', () =>
    given(...after(monday))
      .when(loading(monday))
      .thenNothing());

  it('notes a file of another day that says the same: the list still stood then', () =>
    given(...after(monday))
      .when(loading({ ...monday, day: '2026-01-06' }))
      .then(changes({ ...monday, day: '2026-01-06' }, {})));

  it('puts an older file at its place, up to the next one', () => {
    const tuesday = content('2026-01-06', { B: 2, D: 9 });
    given(...after(monday, wednesday))
      .when(loading(tuesday))
      .then(
        changes(tuesday, {
          added: [{ subject: 'D', fact: { value: 9 }, validTo: '2026-01-07' }],
          removed: [{ subject: 'A', was: { value: 1 }, validTo: '2026-01-07' }],
        }),
      );
  });

  it.each([[[0, 1, 2]], [[0, 2, 1]], [[1, 0, 2]], [[1, 2, 0]], [[2, 0, 1]], [[2, 1, 0]]])(
    'gives the same facts in the order %j of days',
    (order) => {
      const files = [monday, content('2026-01-06', { A: 7, C: 4 }), wednesday];
      const state = after(...order.map((n) => files[n] as Content)).reduce(referenceList.evolve, referenceList.initial);
      expect(state.facts).toEqual({
        A: [
          { from: '2026-01-05', to: '2026-01-06', value: { value: 1 } },
          { from: '2026-01-06', to: '2026-01-07', value: { value: 7 } },
          { from: '2026-01-07', to: null, value: { value: 1 } },
        ],
        B: [
          { from: '2026-01-05', to: '2026-01-06', value: { value: 2 } },
          { from: '2026-01-07', to: null, value: { value: 3 } },
        ],
        C: [{ from: '2026-01-06', to: null, value: { value: 4 } }],
      });
    },
  );

  it('ends a fact that is over by itself, and removes nothing that the file does not speak of', () => {
    const ends = { ...monday, entries: new Map([['A', { fact: { value: 1 }, endsOn: '2026-02-01' }]]) };
    given()
      .when(loading(ends))
      .then(changes(ends, { added: [{ subject: 'A', fact: { value: 1 }, validTo: '2026-02-01' }] }));
    const silent = content('2026-01-08', { A: 1 }, { covers: (subject) => subject === 'A' });
    given(...after(monday))
      .when(loading(silent))
      .then(changes(silent, {}));
  });

  describe('that is steady', () => {
    const ten = Object.fromEntries([...'ABCDEFGHIJ'].map((name) => [name, 1]));
    const steady = (day: string, values: Record<string, number>) => content(day, values, { isSteady: true });
    const before = after(steady('2026-01-05', ten));
    const { A: _a, B: _b, C: _c, D: _d, ...six } = ten;
    const { E: _e, ...five } = six;
    const twenty = { ...ten, ...Object.fromEntries([...'KLMNOPQRST'].map((name) => [name, 1])) };

    it('refuses a file that lacks half of it, or has as much again: it is another list’s', () => {
      given(...before)
        .when(loading(steady('2026-01-06', five)))
        .thenThrows(Refused);
      given(...before)
        .when(loading(steady('2026-01-06', twenty)))
        .thenThrows(Refused);
    });

    it('takes new entries that are over by themselves: months follow months', () => {
      const months = {
        ...steady('2031-01-06', {}),
        entries: new Map([...'KLMNOPQRST'].map((name) => [name, { fact: { value: 1 }, endsOn: '2031-02-01' }])),
      };
      const covers = (subject: string) => subject > 'J';
      expect(load(before.reduce(referenceList.evolve, referenceList.initial), { ...months, day: '2026-01-06', covers })).toHaveLength(1);
    });

    it('takes it with a smaller change, after two months, or when somebody insists', () => {
      expect(loading(steady('2026-01-06', six))(before.reduce(referenceList.evolve, referenceList.initial))).toHaveLength(1);
      expect(loading(steady('2026-03-07', five))(before.reduce(referenceList.evolve, referenceList.initial))).toHaveLength(1);
      expect(loading(steady('2026-01-06', five), true)(before.reduce(referenceList.evolve, referenceList.initial))).toHaveLength(1);
    });
  });
});
