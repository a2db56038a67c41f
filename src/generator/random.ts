/** Numbers that look random and depend on nothing but the seed (Bob Jenkins's small fast generator, 32 bits). */
export class Random {
  private state: [number, number, number, number];

  constructor(seed: number) {
    this.state = [0xf1ea5eed, seed >>> 0, seed >>> 0, seed >>> 0];
    for (let n = 0; n < 20; n++) this.next();
  }

  /** A whole number from 0 to below `below`. */
  below(below: number): number {
    return Math.floor((this.next() / 2 ** 32) * below);
  }

  /** True in `percent` of a hundred cases. */
  percent = (percent: number) => this.below(100) < percent;

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item; // callers have some
  }

  private next(): number {
    const [a, b, c, d] = this.state;
    const e = (a - ((b << 27) | (b >>> 5))) >>> 0;
    const first = (b ^ ((c << 17) | (c >>> 15))) >>> 0;
    const second = (c + d) >>> 0;
    const third = (d + e) >>> 0;
    const fourth = (e + first) >>> 0;
    this.state = [first, second, third, fourth];
    return fourth;
  }
}
