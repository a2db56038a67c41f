import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { EventStore } from '../event-store/event-store';
import { Positions } from './position';

/** For reads from the inline read models, which are always at the head of the log. */
@Injectable()
export class LogPositions extends Positions {
  constructor(private readonly store: EventStore) {
    super();
  }

  current() {
    return this.store.position();
  }

  async waitFor(position: number, milliseconds: number) {
    for (const deadline = performance.now() + milliseconds; (await this.store.position()) < position; await pause(25)) {
      if (performance.now() >= deadline) return false;
    }
    return true;
  }
}
