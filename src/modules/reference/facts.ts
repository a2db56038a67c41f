import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { Database } from '../../platform/database/database';
import { at, type Day, type Reading } from '../instruments';
import type { ReferenceFile } from './files/reference-file';
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

  async of<Fact extends z.ZodObject>(file: ReferenceFile<Fact>, list: string, reading: Reading): Promise<Held<z.infer<Fact>>[]> {
    const { moment, position } = reading;
    if (position === null) {
      const members = Object.keys(file.fact.shape).map((member) => `t.${columnOf(member)} AS "${member}"`);
      return this.database.query<Held<z.infer<Fact>>>({
        name: `reference-${file.table}`,
        text: `SELECT t.subject, t.valid_from AS "validFrom", t.valid_to AS "validTo", ${members.join(', ')} FROM registry.${file.table} t
               WHERE t.list = $1 AND t.valid_from <= $2 AND (t.valid_to IS NULL OR t.valid_to > $2) ORDER BY t.subject COLLATE "C"`,
        values: [list, moment.day],
      });
    }
    const { state } = (await this.lists.states([list], position)).get(list) ?? { state: this.lists.decider.initial };
    return Object.entries(state.facts)
      .flatMap(([subject, periods]) => {
        const period = at(periods, moment.day);
        // True because a list holds facts of its own kind only.
        return period ? [{ ...(period.value as z.infer<Fact>), subject, validFrom: period.from, validTo: period.to }] : [];
      })
      .sort((a, b) => (a.subject < b.subject ? -1 : 1));
  }
}
