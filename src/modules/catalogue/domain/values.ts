/** In bytes: a short text, its place in the array and its entry in the map, roughly. */
const bytesEach = 100;

/** Values that many rows share (days, lots, ticks, strikes, series, names of companies) as numbers: each once. Null is a value like any other. */
export class Values<Value = string | number | boolean | null> {
  private readonly all: Value[] = [];
  private readonly numbers = new Map<unknown, number>();

  get bytes() {
    return this.all.length * bytesEach;
  }

  /** @param name what tells the value from others, where it is an object */
  intern(value: Value, name: unknown = value): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    const number = this.all.push(value) - 1;
    this.numbers.set(name, number);
    return number;
  }

  /** -1 for what is nowhere. */
  find(name: unknown): number {
    return this.numbers.get(name) ?? -1;
  }

  /** The caller knows what kind of value it put there. */
  get<Kind extends Value>(number: number): Kind {
    return this.all[number] as Kind;
  }
}
