import { withContext } from '../context';
import { Log, withoutQuerySecrets } from './log';

function logged(write: (log: Log) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  const log = new Log({ logLevel: 'info' }, { write: (line: string) => void lines.push(line) });
  write(log);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('a line of the log', () => {
  it('names the work that says it', () => {
    const [line] = logged(({ pino }) => withContext({ correlationId: 'c1', actor: 'key:1' }, () => pino.info({ rows: 3 }, 'read')));
    expect(line).toMatchObject({ level: 'info', correlationId: 'c1', actor: 'key:1', rows: 3, msg: 'read' });
  });

  it('shows no secret', () => {
    const secret = 'hunter2hunter2';
    const lines = logged(({ pino }) => {
      pino.info(
        {
          apiKey: secret,
          headers: { 'x-api-key': secret, authorization: `Bearer ${secret}`, cookie: secret },
          config: { password: secret },
        },
        'started',
      );
      pino.error({ err: new Error(`connect postgresql://ann:${secret}@db:5432/registry failed`) }, 'failed');
    });
    expect(lines).toHaveLength(2);
    expect(JSON.stringify(lines)).not.toContain(secret);
    expect(JSON.stringify(lines)).toContain('postgresql://ann:***@db:5432/registry');
  });

  it('is left out below the level, which can change while running', () => {
    const lines = logged((log) => {
      log.pino.debug('one');
      log.level = 'debug';
      log.pino.debug('two');
    });
    expect(lines.map(({ msg }) => msg)).toEqual(['two']);
  });

  it('keeps the address of a request without the secrets in it', () =>
    expect(withoutQuerySecrets('/a?q=tcs&api_key=abc&token=x#y')).toBe('/a?q=tcs&api_key=***&token=***'));
});
