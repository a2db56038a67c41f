import { createReadStream } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config';
import { Invalid, TooLarge, Unavailable } from '../../platform/errors';
import { adapterOf, adapters } from './adapters';
import type { Fetched } from './domain/run';

/** Waits before the second and the third try, in milliseconds. */
const waits = [500, 2_000];
const redirects = 5;
/** Without an answer, or without another byte, for so long an address is given up, in milliseconds. */
const patience = 30_000;

/** The bytes and, from a server that says it, which version they are; without bytes: the version that is known already. */
export type Opened = { readonly body: AsyncIterable<Buffer>; readonly fetched: Fetched | null } | { readonly body: null };

type Answer = { readonly response: Response; readonly isAlive: () => void; readonly stop: () => void };

/** Where the registry fetches dumps from by itself: brokers' own addresses, others on allowed hosts, and files of allowed folders. */
@Injectable()
export class Sources {
  constructor(private readonly config: Config) {}

  /**
   * The bytes of a source: `official`, an address, or `file:`.
   * @param known the version that is here: it is not sent again
   * @throws Invalid, Unavailable when the other side fails, TooLarge
   */
  async open(broker: string, source: string, known?: Fetched): Promise<Opened> {
    if (source.startsWith('file:')) return { body: await this.openFile(source), fetched: null };
    const address = source === 'official' ? this.official(broker) : source;
    if (!/^https?:\/\//.test(address)) throw refused(`${source} is none: give official, an https address or file:/path.`);
    return this.download(new URL(address), known);
  }

  /** What to ask for so that all is fetched that a broker publishes: `official`, or each of its addresses. @throws NotFound, Invalid */
  ofBroker(broker: string): readonly string[] {
    const { official = [] } = adapterOf(broker);
    if (this.config.ingestSources[broker] === undefined && official.length > 1) return official;
    this.official(broker);
    return ['official'];
  }

  private official(broker: string): string {
    const own = this.config.ingestSources[broker];
    if (own !== undefined) return own;
    const { official = [] } = adapterOf(broker);
    const [address, ...others] = official;
    if (address === undefined)
      throw refused(`${broker} has no public address: send its file as the body of this request, or set one in INGEST_SOURCES.`);
    if (others.length > 0)
      throw refused(`${broker} publishes several files: give one of them as source (${official.join(', ')}), a run for each.`);
    return address;
  }

  /** The first answer is waited for, so that a refusal is told at once. A connection that breaks later is taken up where it broke. */
  private async download(address: URL, known?: Fetched): Promise<Opened> {
    const limit = this.config.uploadMaxPackedBytes;
    const isKnown = known?.address === address.href;
    const first = await this.ask(address, isKnown ? { 'if-none-match': known.etag } : {});
    const etag = first.response.headers.get('etag');
    if (isKnown && (first.response.status === 304 || etag === known.etag)) {
      first.stop();
      return { body: null };
    }
    if (Number(first.response.headers.get('content-length') ?? 0) > limit) {
      first.stop();
      throw new TooLarge(`${address.host} offers more than ${limit} bytes.`);
    }
    const ask = this.ask.bind(this);
    const body = async function* () {
      let answer = first;
      let bytes = 0;
      for (let breaks = 0; ;) {
        const { response, isAlive, stop } = answer;
        try {
          for await (const chunk of response.body ?? []) {
            isAlive();
            bytes += chunk.length;
            if (bytes > limit) throw new TooLarge(`${address.host} sends more than ${limit} bytes.`);
            yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
          }
          return;
        } catch (error) {
          const mark = first.response.headers.get('etag') ?? first.response.headers.get('last-modified');
          if (error instanceof TooLarge || mark === null || breaks >= waits.length) throw broken(address, bytes, error);
          await pause(waits[breaks++]);
          answer = await ask(address, { range: `bytes=${bytes}-`, 'if-range': mark });
          // The whole of it again, or of another version: what was read so far is worth nothing.
          if (answer.response.status !== 206) {
            answer.stop();
            throw broken(address, bytes, error);
          }
        } finally {
          stop();
        }
      }
    };
    return { body: body(), fetched: etag === null ? null : { address: address.href, etag } };
  }

  private async ask(address: URL, headers: Record<string, string> = {}): Promise<Answer> {
    for (let attempt = 0; ; attempt++) {
      const answer = await this.follow(address, headers).catch((error: unknown) => {
        if (error instanceof Invalid) throw error;
        return { error };
      });
      if ('response' in answer) {
        if (answer.response.ok || (answer.response.status === 304 && 'if-none-match' in headers)) return answer;
        answer.stop();
      }
      const status = 'response' in answer ? answer.response.status : null;
      const isLasting = status !== null && status < 500 && status !== 408 && status !== 429;
      const wait = waits[attempt];
      if (wait === undefined || isLasting) {
        const what = 'error' in answer ? `did not answer (${reasonOf(answer.error)})` : `answered ${status}`;
        throw new Unavailable(`${shown(address)} ${what}. Nothing was changed: ${adviceFor(status)}`, 60);
      }
      await pause(wait);
    }
  }

  private async follow(from: URL, headers: Record<string, string>): Promise<Answer> {
    let address = from;
    for (let n = 0; n <= redirects; n++) {
      this.refuseOtherHosts(address);
      const abort = new AbortController();
      const timer = setTimeout(() => abort.abort(new Error(`nothing came for ${patience / 1000} s`)), patience);
      const stop = () => {
        clearTimeout(timer);
        abort.abort();
      };
      try {
        const response = await fetch(address, {
          headers: { 'accept-encoding': 'identity', ...headers },
          redirect: 'manual',
          signal: abort.signal,
        });
        const next = response.headers.get('location');
        if (response.status < 300 || response.status >= 400 || next === null)
          return { response, isAlive: () => void timer.refresh(), stop };
        stop();
        address = new URL(next, address);
      } catch (error) {
        stop();
        throw error;
      }
    }
    throw refused(`${shown(from)} leads in a circle: more than ${redirects} redirects.`);
  }

  /** Who may start a run must not be able to make the service look into its own network. */
  private refuseOtherHosts({ host, protocol }: URL) {
    const own = Object.values(this.config.ingestSources).map((address) => new URL(address));
    if (own.some((one) => one.host === host && one.protocol === protocol)) return;
    const official = adapters.flatMap((one) => one.official ?? []).map((address) => new URL(address).host);
    const isAllowed = protocol === 'https:' && (official.includes(host) || this.config.ingestHosts.includes(host));
    if (!isAllowed) throw refused(`${protocol}//${host} is not a host that may be fetched from: name it in INGEST_HOSTS (https only).`);
  }

  private async openFile(source: string): Promise<AsyncIterable<Buffer>> {
    const { ingestFolders: folders } = this.config;
    const path = source.startsWith('file://') ? fileURLToPath(source) : resolve(source.slice('file:'.length));
    // Links are followed first, so that none leads out of the folders.
    const real = await realpath(path).catch(() => null);
    const inside = real !== null && folders.some((folder) => real === folder || isInside(folder, real));
    if (!inside || real === null)
      throw refused(`${source} is not a file under the folders of INGEST_FOLDERS (${folders.join(', ') || 'none is set'}).`);
    return createReadStream(real) as AsyncIterable<Buffer>; // without an encoding it reads buffers
  }
}

const refused = (message: string) => new Invalid(`source: ${message}`, [{ path: 'source', message }]);

const broken = (address: URL, bytes: number, error: unknown) =>
  error instanceof TooLarge
    ? error
    : new Unavailable(`${shown(address)} broke off after ${bytes} bytes (${reasonOf(error)}). Nothing was changed: try again later.`, 60);

/** Without what may be secret in it: a user, a password, a query. */
const shown = ({ protocol, host, pathname }: URL) => `${protocol}//${host}${pathname}`;

/** @param status of the answer; null when there was none */
function adviceFor(status: number | null): string {
  switch (status) {
    case 401:
    case 403:
      return 'the address wants a sign-in or keeps programs out; send the file itself, or set an address that is open in INGEST_SOURCES.';
    case 404:
    case 410:
      return 'the file is no longer, or not yet, at this address; send the file itself, or set the new address in INGEST_SOURCES.';
    case null:
      return "check the host's name and this machine's way to it (name service, proxy, firewall), try again later, or send the file itself.";
    default:
      return 'try again later, or send the file itself.';
  }
}

const reasonOf = (error: unknown) => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  // A host with several addresses fails with one error for each, and no words of its own.
  const first: unknown = cause instanceof AggregateError && cause.message === '' ? cause.errors[0] : cause;
  return first instanceof Error ? first.message : String(first);
};

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && !way.startsWith('..') && !isAbsolute(way);
}
