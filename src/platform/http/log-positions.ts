import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { EventStore } from '../event-store/event-store';
import { LogHead } from '../event-store/log-head';
import { Positions } from './position';

/** For reads from the inline read models, which are always at the head of the log. */
@Injectable()
export class LogPositions extends Positions {
  constructor(
    private readonly store: EventStore,
    private readonly head: LogHead,
  ) {
    super();
  }

  current() {
    return this.head.known() ?? this.store.position();
  }

  async waitFor(position: number, milliseconds: number) {
    for (const deadline = performance.now() + milliseconds; (this.head.known() ?? 0) < position; await pause(25)) {
      const reached = await this.store.position();
      this.head.saw(reached);
      if (reached >= position) return true;
      if (performance.now() >= deadline) return false;
    }
    return true;
  }
}
