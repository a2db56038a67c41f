import { AsyncLocalStorage } from 'node:async_hooks';

/** Who and what causes the present work: goes into every log line, event and audit row. */
export type Context = {
  readonly correlationId: string;
  /** `key:<id>` for a caller, `system:<loop>` for the registry itself. */
  readonly actor: string;
  /** The log position of the event that this follows from. */
  readonly causationId?: string;
  readonly commandId?: string;
  readonly ingestionRun?: string;
};

const storage = new AsyncLocalStorage<Context>();

export const withContext = <T>(context: Context, work: () => T): T => storage.run(context, work);

/** The context of the present work; work outside any request says so. */
export const currentContext = (): Context => storage.getStore() ?? { correlationId: 'none', actor: 'system' };
