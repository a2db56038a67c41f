import type { Redis } from 'ioredis';
import type { Ask, Grant, Windows } from './rate-window';

/**
 * One list of "until units" per key, oldest first, and their sum beside it. One script, so that concurrent callers of all processes
 * queue up; the clock is Redis's own (or ARGV[6], for tests), so that it is the same for all.
 */
const script = `
local now = tonumber(ARGV[6])
if not now then
  local time = redis.call('TIME')
  now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end
local capacity, window, wanted, least, hold = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local total = tonumber(redis.call('GET', KEYS[2]) or '0')
while true do
  local head = redis.call('LINDEX', KEYS[1], 0)
  if not head then total = 0 break end
  local space = string.find(head, ' ', 1, true)
  if tonumber(string.sub(head, 1, space - 1)) > now then break end
  redis.call('LPOP', KEYS[1])
  total = total - tonumber(string.sub(head, space + 1))
end
local free = math.max(0, capacity - total)
local given = 0
if free >= least then given = math.min(wanted, free) end
if given > 0 then
  redis.call('RPUSH', KEYS[1], string.format('%.0f %.0f', now + window + hold, given))
  total = total + given
end
redis.call('SET', KEYS[2], string.format('%.0f', total), 'PX', string.format('%.0f', window + hold + 1000))
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', window + hold + 1000))
local freeIn, sum, at = 0, capacity - total, 0
local more = math.max(least, sum + 1)
while sum < more do
  local entry = redis.call('LINDEX', KEYS[1], at)
  if not entry then break end
  local space = string.find(entry, ' ', 1, true)
  sum = sum + tonumber(string.sub(entry, space + 1))
  freeIn = math.max(1, tonumber(string.sub(entry, 1, space - 1)) - now)
  at = at + 1
end
return {given, math.max(0, capacity - total), freeIn}
`;

type Scripted = Redis & { rateWindow(list: string, sum: string, ...args: (string | number)[]): Promise<[number, number, number]> };

/** Shared by all processes. */
export class RedisWindows implements Windows {
  private readonly redis: Scripted;

  constructor(
    redis: Redis,
    private readonly now: () => number | '' = () => '',
  ) {
    redis.defineCommand('rateWindow', { numberOfKeys: 2, lua: script });
    this.redis = redis as Scripted; // true since the line before
  }

  async take(key: string, { capacity, windowMs, wanted, least, holdMs }: Ask): Promise<Grant> {
    const list = `instrument-registry:rate:{${key}}`;
    const [given, remaining, freeInMs] = await this.redis.rateWindow(
      list,
      `${list}:sum`,
      capacity,
      windowMs,
      wanted,
      least,
      holdMs,
      this.now(),
    );
    return { given, remaining, freeInMs };
  }
}
