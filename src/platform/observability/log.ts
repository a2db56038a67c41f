import { pino, type DestinationStream, type LogFn, type Logger } from 'pino';
import type { Config } from '../config';
import { currentContext } from '../context';

/** Wherever they appear, at the top or one level down. */
const secrets = ['apiKey', 'secret', 'password', 'authorization', 'cookie', 'x-api-key', 'x-internal-api-key', 'set-cookie'];
const paths = secrets.flatMap((name) =>
  name.includes('-') ? [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`] : [name, `*.${name}`, `*.*.${name}`],
);

/** Passwords in addresses such as postgresql://user:password@host, which drivers put into their messages. */
export const withoutPasswords = (text: string) => text.replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:@/]*):[^\s@/]+@/gi, '$1:***@');

/** Values of query parameters that look like secrets; people do put them there. */
export const withoutQuerySecrets = (url: string) =>
  url.replace(/([?&][^=&]*(?:key|token|secret|password|signature|authorization)[^=&]*=)[^&]*/gi, '$1***');

/** What Nest tells of its own start, a line per module and route, is for those who debug it. */
const framework = new Set(['InstanceLoader', 'NestFactory', 'RouterExplorer', 'RoutesResolver']);

function quietFramework(this: Logger, args: Parameters<LogFn>, method: LogFn, level: number) {
  const [first] = args as readonly unknown[];
  const context = typeof first === 'object' && first !== null && 'context' in first ? String(first.context) : '';
  if (level !== this.levels.values.info || !framework.has(context)) method.apply(this, args);
  else this.debug(...args);
}

/** The one logger: a JSON line per thing worth saying, with the correlation id of the work that says it. */
export class Log {
  readonly pino: Logger;

  constructor(config: Pick<Config, 'logLevel'>, destination?: DestinationStream) {
    const options = {
      level: config.logLevel,
      base: { service: 'instrument-registry' },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level: string) => ({ level }) },
      redact: { paths, censor: '***' },
      hooks: { logMethod: quietFramework },
      mixin() {
        const { correlationId, actor, ingestionRun } = currentContext();
        return { correlationId, actor, ...(ingestionRun && { ingestionRun }) };
      },
      mixinMergeStrategy: (given: object, mixed: object) => ({ ...mixed, ...given }),
      serializers: {
        err: (error: Error) => {
          const plain = pino.stdSerializers.err(error);
          return { ...plain, message: withoutPasswords(plain.message), stack: withoutPasswords(plain.stack) };
        },
      },
    };
    this.pino = destination ? pino(options, destination) : pino(options);
  }

  /** LOG_LEVEL at run time. */
  set level(level: Config['logLevel']) {
    this.pino.level = level;
  }
}
