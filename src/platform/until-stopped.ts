import { CannotStart } from './cannot-start';

/** Undone in reverse order when the program is told to stop. */
export type OnStop = (undo: () => Promise<void>) => void;

class StopAsked extends Error {}

/** npm passes on the Ctrl-C that the terminal has sent already: signals so close together are one, in milliseconds. */
const sameSignal = 1_000;
/** What does not end in this time is left, in milliseconds. Kubernetes waits 30 s by default. */
const patience = 25_000;

/**
 * Runs `start`, which may ask with `carryOn` at any point whether it still should, then waits for SIGINT, SIGTERM, SIGHUP or
 * the end of the parent's channel, and undoes what was started. A second signal ends the program at once.
 */
export async function untilStopped(start: (onStop: OnStop, carryOn: () => void) => Promise<void>): Promise<void> {
  const undos: (() => Promise<void>)[] = [];
  let asked: number | undefined;
  let tell = () => {};
  const stopped = new Promise<void>((done) => (tell = done));
  const stop = () => {
    const now = Date.now();
    if (asked === undefined) asked = now;
    else if (now - asked > sameSignal) process.exit(1);
    tell();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  process.on('disconnect', stop);

  let code = 0;
  try {
    await start(
      (undo) => undos.push(undo),
      () => {
        if (asked !== undefined) throw new StopAsked();
      },
    );
    await stopped;
  } catch (error) {
    if (asked === undefined) {
      code = 1;
      console.error(error instanceof CannotStart ? error.message : error);
    }
  }
  for (const undo of undos.reverse()) {
    try {
      await within(patience, undo());
    } catch (error) {
      code = 1;
      console.error(error);
    }
  }
  process.exit(code);
}

function within(milliseconds: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((_, failed) => {
    timer = setTimeout(() => failed(new Error(`Not stopped within ${milliseconds / 1000} s.`)), milliseconds);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
