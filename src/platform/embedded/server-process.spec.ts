import { type Program, keepRunning, start } from './server-process';

/** A program that ends by a signal only, before this test does. */
const waits: Program = { command: '/bin/sh', args: ['-c', 'sleep 60'], folder: '/', stopBy: 'SIGTERM', killBy: 'SIGKILL', patience: 5_000 };

describe('a server that is kept running', () => {
  it('is started again however often that fails, and says why once', async () => {
    const said: string[] = [];
    const outcomes = ['runs', 'The disk is full.', 'The disk is full.', 'runs'];
    let isBack: () => void;
    const back = new Promise<void>((done) => (isBack = done));
    const pids: number[] = [];
    const kept = await keepRunning(
      'server',
      async () => {
        const outcome = outcomes.shift();
        if (outcome !== 'runs') throw new Error(outcome);
        const running = await start(waits);
        pids.push(running.pid);
        return running;
      },
      (line) => {
        said.push(line);
        if (line.endsWith('runs again.')) isBack();
      },
    );
    process.kill(pids[0] as number, 'SIGKILL'); // it was launched
    await back;
    await kept.stop();
    expect(said).toEqual([
      'The embedded server ended by itself and is started again.',
      'The embedded server could not be started again and is tried every second. The disk is full.',
      'The embedded server runs again.',
    ]);
    expect(() => process.kill(pids[1] as number, 0)).toThrow('ESRCH');
  });
});
