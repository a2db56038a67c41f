import { noCounts, type Counts, type Gate } from './run';

/** The run was cancelled, or the service stops; with what was counted of the file until then. What is published stays; the same file goes on from there. */
export class RunCancelled extends Error {
  constructor(readonly counts: Counts) {
    super('The run was stopped.');
  }
}

/** Why a run ended before it published anything, with what was measured until then. */
export class RunRefused extends Error {
  constructor(
    message: string,
    readonly counts: Counts = noCounts,
    readonly gates: readonly Gate[] = [],
  ) {
    super(message);
  }
}
