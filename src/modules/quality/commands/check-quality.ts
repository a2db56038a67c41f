import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { insertRows } from '../../../platform/database/bulk';
import { Database } from '../../../platform/database/database';
import { MarketClock, segmentFacts, type Day } from '../../instruments';
import { partsOf, scoreOf } from '../domain/score';
import { Measure } from '../measure';

/** Measures every segment and keeps its score of the day, in the place of an earlier check of that day. Answers with the day. */
export class CheckQuality extends Command<Day> {
  /** @param day today, by the market clock, unless given */
  constructor(readonly day?: Day) {
    super();
  }
}

@CommandHandler(CheckQuality)
export class CheckQualityHandler implements ICommandHandler<CheckQuality> {
  constructor(
    private readonly database: Database,
    private readonly measure: Measure,
    private readonly clock: MarketClock,
  ) {}

  async execute(command: CheckQuality): Promise<Day> {
    const now = await this.clock.now();
    const day = command.day ?? now.day;
    // Of another day what stood at its end.
    const moment = day === now.day ? now : { day, time: '23:59' };
    // What comes in while it is measured belongs to the next check.
    const checkedAt = new Date().toISOString();
    const rows = (await this.measure.segments(moment)).map(({ segment, ...measured }) => {
      const parts = partsOf(measured, segmentFacts[segment].kind);
      return { day, segment, score: scoreOf(parts), measured, parts, checked_at: checkedAt };
    });
    await this.database.transaction(async (tx) => {
      await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('quality-check', 0))`);
      await tx.query('DELETE FROM registry.segment_quality WHERE day = $1', [day]);
      await insertRows(tx, 'registry.segment_quality', ['day', 'segment', 'score', 'measured', 'parts', 'checked_at'], rows);
    });
    return day;
  }
}
