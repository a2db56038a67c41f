import autocannon from 'autocannon';
import { seconds } from './options.mts';

/** Requests or calls a second, and how long one took, in milliseconds. */
export type Rate = { readonly perSecond: number; readonly p50: number; readonly p99: number };

export type Request = {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
};

/** Asks over 32 connections, or as many as are given; `next` says what, request by request. Any answer but 2xx is an error. */
export async function rateOfHttp(base: string, next: () => Request, connections = 32): Promise<Rate> {
  const result = await autocannon({
    url: base,
    connections,
    duration: seconds,
    requests: [{ setupRequest: (blank) => ({ ...blank, ...next() }) }],
  });
  if (result.errors + result.non2xx > 0 || result['2xx'] === 0)
    throw new Error(`${result.errors} errors and ${result.non2xx} answers other than 2xx at ${next().path}`);
  return { perSecond: result['2xx'] / result.duration, p50: result.latency.p50, p99: result.latency.p99 };
}

/** Calls `work` from `callers` places at once for the time of one measurement; it gets the number of the call. */
export async function rateOf(work: (n: number) => Promise<unknown>, callers: number): Promise<Rate> {
  const took: number[] = [];
  const began = performance.now();
  const end = began + seconds * 1000;
  let n = 0;
  const caller = async () => {
    for (let now = performance.now(); now < end; now = performance.now()) {
      await work(n++);
      took.push(performance.now() - now);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  took.sort((a, b) => a - b);
  const at = (share: number) => took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? 0;
  return { perSecond: took.length / ((performance.now() - began) / 1000), p50: at(0.5), p99: at(0.99) };
}
