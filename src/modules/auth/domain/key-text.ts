const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

export function base62(number: bigint, length: number): string {
  let text = '';
  for (let rest = number; rest > 0n; rest /= 62n) text = digits[Number(rest % 62n)] + text;
  return text.padStart(length, '0');
}

/** CRC-32 (IEEE), as of zip and PNG. */
function crc32(text: string): number {
  let crc = ~0;
  for (const byte of Buffer.from(text, 'latin1')) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc >>> 0;
}

const checksum = (text: string) => base62(BigInt(crc32(text)), 6);
const form = /^(irk_(?:dev|staging|prod)_[0-9A-Za-z]{29})_([0-9A-Za-z]{6})$/;

/** `irk_<environment>_<29 characters for 168 random bits>_<checksum>`. The checksum lets a scanner find leaked keys without asking us. */
export function keyText(environment: 'dev' | 'staging' | 'prod', random: Uint8Array): string {
  if (random.length !== 21) throw new RangeError('A key takes 21 random bytes.');
  const text = `irk_${environment}_${base62(BigInt(`0x${Buffer.from(random).toString('hex')}`), 29)}`;
  return `${text}_${checksum(text)}`;
}

/** Whether it can be one of our keys at all: wrong ones are turned away without looking them up. */
export function looksLikeKey(text: string): boolean {
  const parts = form.exec(text);
  return parts !== null && parts[1] !== undefined && checksum(parts[1]) === parts[2];
}

/** What is shown of a key after it was made. */
export const prefixOf = (key: string) => key.slice(0, key.indexOf('_', 4) + 7);
