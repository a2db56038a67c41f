import { Command } from 'commander';
import { CannotStart } from '../platform/cannot-start';
import { Config } from '../platform/config';
import { Api } from './api';
import { chainCommand } from './chain';
import { approveCommand, changesCommand, rejectCommand } from './decide';
import { calendarCommand } from './calendar';
import { diffCommand } from './diff';
import { Failure } from './failure';
import { generateCommand } from './generate';
import { ingestCommand } from './ingest';
import { keysCommand } from './keys';
import { migrateCommand } from './migrate';
import { qualityCommand } from './quality';
import { rebuildCommand } from './rebuild';
import { reconcileCommand } from './reconcile';
import { referenceCommand } from './reference';
import { resolveCommand } from './resolve';
import { showCommand } from './show';
import { statusCommand } from './status';

/** Carries out one command line; what goes wrong becomes one sentence on stderr. Returns the exit code. */
export async function run(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<number> {
  try {
    await programOn(Config.load(env)).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    const isOurs = error instanceof Failure || error instanceof CannotStart;
    console.error(isOurs ? error.message : error);
    return error instanceof Failure ? error.exitCode : 1;
  }
}

function programOn(config: Config): Command {
  const api = new Api(config);
  const program = new Command('registry')
    .description('The command line of the instrument registry. It talks to REGISTRY_URL with REGISTRY_API_KEY.')
    .showHelpAfterError();
  const commands = [
    ingestCommand,
    referenceCommand,
    changesCommand,
    approveCommand,
    rejectCommand,
    resolveCommand,
    showCommand,
    chainCommand,
    diffCommand,
    reconcileCommand,
    qualityCommand,
    statusCommand,
    calendarCommand,
    keysCommand,
  ];
  for (const command of commands) program.addCommand(command(api));
  return program.addCommand(migrateCommand(config)).addCommand(rebuildCommand(config)).addCommand(generateCommand());
}
