import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Config } from '../platform/config';
import { codeOf } from '../platform/error-code';
import { Failure } from './failure';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** An answer: as the API sent it, and read. The types of bodies are those of the API's own description (/api/openapi.json). */
export type Answer<Body> = { readonly text: string; readonly body: Body; readonly headers: Headers };

type Asked = { readonly query?: Query; readonly json?: object; readonly file?: Blob; readonly type?: string };
type Problem = { title?: string; detail?: string; errors?: { path: string; message: string }[] };

/** Times that a request is repeated when the service says that there are too many. */
const retries = 20;

/** A refusal by the API: the command may ask differently. */
export class ApiFailure extends Failure {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** The service over HTTP, with the key of the environment or the one that the first start left. */
export class Api {
  private readonly base: string;
  private readonly keyFile: string;

  constructor(private readonly config: Config) {
    this.base = config.registryUrl.replace(/\/+$/, '');
    this.keyFile = join(config.dataDir, 'api-key');
  }

  get = <Body>(path: string, query: Query = {}) => this.ask<Body>('GET', path, { query });
  post = <Body>(path: string, json: object) => this.ask<Body>('POST', path, { json });
  upload = <Body>(path: string, query: Query, file: Blob, type: string) => this.ask<Body>('POST', path, { query, file, type });
  delete = (path: string) => this.ask<undefined>('DELETE', path, {});

  private async ask<Body>(method: string, path: string, { query = {}, json, file, type }: Asked): Promise<Answer<Body>> {
    const url = new URL(this.base + path);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
    const key = this.key();
    const headers = {
      accept: 'application/json',
      ...(key && { 'x-api-key': key }),
      ...(json && { 'content-type': 'application/json' }),
      ...(type && { 'content-type': type }),
    };
    const body = json ? JSON.stringify(json) : file;
    for (let attempt = 0; ; attempt++) {
      const response = await this.send(url, { method, headers, ...(body !== undefined && { body }) });
      const text = await response.text();
      if (response.status === 429 && attempt < retries) await patience(Number(response.headers.get('retry-after') ?? 1));
      // True as far as the service keeps to its own description.
      else if (response.ok) return { text, body: (text ? JSON.parse(text) : undefined) as Body, headers: response.headers };
      else throw this.refused(response.status, text);
    }
  }

  private async send(url: URL, init: RequestInit): Promise<Response> {
    try {
      return await fetch(url, init);
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined;
      // A service that refuses an upload answers before it has read it, and the connection breaks: ask it something small.
      if (init.body instanceof Blob && codeOf(cause) !== 'ECONNREFUSED') await this.get('/api/v1/ingestions', { limit: 1 });
      throw new Failure(
        codeOf(cause) === 'ECONNREFUSED'
          ? `Nothing answers at ${this.base}: start the service with "npm start", or set REGISTRY_URL to where it runs.`
          : `The service at ${this.base} cannot be reached (${codeOf(cause) || (cause instanceof Error ? cause.message : String(error))}).`,
      );
    }
  }

  private key(): string | undefined {
    if (this.config.registryApiKey) return this.config.registryApiKey;
    try {
      return readFileSync(this.keyFile, 'utf8').trim() || undefined;
    } catch {
      // None here: the service says that it wants one.
      return undefined;
    }
  }

  private refused(status: number, text: string): ApiFailure {
    const { title, detail, errors = [] } = problemIn(text);
    const near = relative('', this.keyFile);
    const place = near.startsWith('..') ? this.keyFile : near;
    const sentence = `${title ?? `HTTP ${status}`}${detail ? `: ${detail}` : ''}`;
    const hint = status === 401 ? ` Set REGISTRY_API_KEY, or DATA_DIR to the service's own; its first start left a key in ${place}.` : '';
    // One error is what the detail says already.
    const list = errors.length > 1 ? errors.map(({ path, message }) => `\n  ${path}: ${message}`).join('') : '';
    return new ApiFailure(status, sentence + hint + list);
  }
}

async function patience(seconds: number) {
  if (seconds > 2) console.error(`The key's budget of requests is spent: waiting ${seconds} s.`);
  await pause(1_000 * seconds);
}

function problemIn(text: string): Problem {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
