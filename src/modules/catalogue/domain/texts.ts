/** Bytes of the longest text that is written without a second look; longer ones make the scratch grow. */
const scratchBytes = 1024;

const nobody = -1;

/**
 * Texts as numbers: every text once, as UTF-8 in one blob, found by open addressing. Equal texts have equal numbers, so what is looked up
 * by a text needs no other hash table: an array by number will do. A text stays until the whole pool is given up.
 */
export class Texts {
  private blob = Buffer.alloc(1 << 16);
  private end = 0;
  /** Where each text begins; the next one's begin is its end. */
  private begins = new Uint32Array(1 << 10);
  private slots = new Int32Array(1 << 11).fill(nobody);
  private scratch = Buffer.alloc(scratchBytes);
  private count = 0;

  get size() {
    return this.count;
  }

  get bytes() {
    return this.blob.byteLength + this.begins.byteLength + this.slots.byteLength;
  }

  /** The number of the text, given now when it has none. */
  intern(text: string): number {
    const length = this.encode(text);
    const slot = this.slotOf(length);
    const known = this.slots[slot] ?? nobody;
    if (known !== nobody) return known;
    const number = this.count++;
    this.reserve(length);
    this.scratch.copy(this.blob, this.end, 0, length);
    this.end += length;
    this.begins[this.count] = this.end;
    this.slots[slot] = number;
    if (this.count * 2 > this.slots.length) this.rehash();
    return number;
  }

  /** The number of the text; -1 when no text here is the same. */
  find(text: string): number {
    return this.slots[this.slotOf(this.encode(text))] ?? nobody;
  }

  get(number: number): string {
    return this.blob.toString('utf8', this.begins[number], this.begins[number + 1]);
  }

  /** Into the scratch; ASCII, which nearly everything is, without leaving JavaScript. Returns the number of bytes. */
  private encode(text: string): number {
    if (text.length * 3 > this.scratch.length) this.scratch = Buffer.alloc(text.length * 6);
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code > 127) return this.scratch.write(text, 'utf8');
      this.scratch[at] = code;
    }
    return text.length;
  }

  /** Where the text in the scratch is, or would be. */
  private slotOf(length: number): number {
    const mask = this.slots.length - 1;
    let slot = hash(this.scratch, 0, length) & mask;
    for (; ; slot = (slot + 1) & mask) {
      const number = this.slots[slot] ?? nobody;
      if (number === nobody || this.equals(number, length)) return slot;
    }
  }

  private equals(number: number, length: number): boolean {
    const begin = this.begins[number] ?? 0;
    if ((this.begins[number + 1] ?? 0) - begin !== length) return false;
    for (let at = 0; at < length; at++) if (this.blob[begin + at] !== this.scratch[at]) return false;
    return true;
  }

  private reserve(length: number) {
    if (this.end + length > this.blob.length) {
      const larger = Buffer.alloc(Math.ceil(this.blob.length * 1.5) + length);
      this.blob.copy(larger, 0, 0, this.end);
      this.blob = larger;
    }
    if (this.count + 1 >= this.begins.length) {
      const larger = new Uint32Array(Math.ceil(this.begins.length * 1.5));
      larger.set(this.begins);
      this.begins = larger;
    }
  }

  private rehash() {
    this.slots = new Int32Array(this.slots.length * 2).fill(nobody);
    const mask = this.slots.length - 1;
    for (let number = 0; number < this.count; number++) {
      let slot = hash(this.blob, this.begins[number] ?? 0, this.begins[number + 1] ?? 0) & mask;
      while (this.slots[slot] !== nobody) slot = (slot + 1) & mask;
      this.slots[slot] = number;
    }
  }
}

/** FNV-1a, its high bits folded into those that choose the slot. */
function hash(bytes: Uint8Array, begin: number, end: number): number {
  let sum = 0x811c9dc5;
  for (let at = begin; at < end; at++) sum = Math.imul(sum ^ (bytes[at] ?? 0), 0x01000193);
  return sum ^ (sum >>> 15);
}
