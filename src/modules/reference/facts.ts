import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { Database } from '../../platform/database/database';
import { at, type Day, type Reading } from '../instruments';
import type { FactSchema, ReferenceFile } from './files/reference-file';
import { ReferenceLists } from './reference-lists';
import { columnOf } from './tables';

export type Held<Fact> = Fact & { readonly subject: string; readonly validFrom: Day; readonly validTo: Day | null };

/** What a list says at a moment: from its table, or, as it was known at a position, from the fold of the log. In the order of subjects. */
@Injectable()
export class Facts {
  constructor(
    private readonly database: Database,
    private readonly lists: ReferenceLists,
  ) {}

  /** @param where what the wanted facts have; a member that is undefined asks for nothing */
  async of<Fact extends FactSchema>(
    file: ReferenceFile<Fact>,
    list: string,
    { moment: { day }, position }: Reading,
    where: { readonly [Member in keyof z.infer<Fact>]?: z.infer<Fact>[Member] | undefined } = {},
  ): Promise<Held<z.infer<Fact>>[]> {
    const wanted = Object.entries<unknown>(where).filter(([, value]) => value !== undefined);
    if (position === null) {
      const members = Object.keys(file.fact.shape).map((member) => `t.${columnOf(member)} AS "${member}"`);
      const conditions = wanted.map(([member], n) => `AND t.${columnOf(member)} = $${n + 3}`);
      return this.database.query<Held<z.infer<Fact>>>({
        name: ['reference', file.table, ...wanted.map(([member]) => member)].join('-'),
        text: `SELECT t.subject, t.valid_from AS "validFrom", t.valid_to AS "validTo", ${members.join(', ')} FROM registry.${file.table} t
               WHERE t.list = $1 AND t.valid_from <= $2 AND (t.valid_to IS NULL OR t.valid_to > $2) ${conditions.join(' ')}
               ORDER BY t.subject COLLATE "C"`,
        values: [list, day, ...wanted.map(([, value]) => value)],
      });
    }
    const { state } = (await this.lists.states([list], position)).get(list) ?? { state: this.lists.decider.initial };
    return Object.entries(state.facts)
      .flatMap(([subject, periods]) => {
        const period = at(periods, day);
        if (!period || wanted.some(([member, value]) => period.value[member] !== value)) return [];
        // True because a list holds facts of its own kind only.
        return [{ ...(period.value as z.infer<Fact>), subject, validFrom: period.from, validTo: period.to }];
      })
      .sort((a, b) => (a.subject < b.subject ? -1 : 1));
  }
}
