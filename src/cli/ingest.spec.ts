import { typeOf } from './ingest';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('the type of a file by its first bytes', () => {
  it.each([
    ['gzip', new Uint8Array([0x1f, 0x8b, 8, 0]), 'application/gzip'],
    ['zip', bytes('PK\u0003\u0004'), 'application/zip'],
    ['a JSON array', bytes(' \n[{"a":1}]'), 'application/json'],
    ['JSON behind a byte order mark', bytes('\uFEFF{"a":1}'), 'application/json'],
    ['a table', bytes('instrument_token,exchange_token'), 'text/csv'],
    ['nothing', bytes(''), 'text/csv'],
  ])('knows %s', (_, head, type) => expect(typeOf(head)).toBe(type));
});
