const rowsAtFirst = 1024;

/** Columns of whole numbers that grow together. Rows that were given back are used again before it grows. */
export class Table<Column extends string> {
  readonly columns: Record<Column, Int32Array>;
  private readonly free: number[] = [];
  private end = 0;
  private capacity = rowsAtFirst;

  constructor(private readonly names: readonly Column[]) {
    this.columns = this.grown(rowsAtFirst, () => new Int32Array(rowsAtFirst));
  }

  /** Rows in use. */
  get size() {
    return this.end - this.free.length;
  }

  get bytes() {
    return this.names.length * this.capacity * 4;
  }

  take(): number {
    const used = this.free.pop();
    if (used !== undefined) return used;
    if (this.end === this.capacity) {
      const { columns, capacity } = this;
      Object.assign(
        columns,
        this.grown(Math.ceil(capacity * 1.5), (name, rows) => {
          const column = new Int32Array(rows);
          column.set(columns[name]);
          return column;
        }),
      );
    }
    return this.end++;
  }

  giveBack(row: number) {
    this.free.push(row);
  }

  private grown(rows: number, column: (name: Column, rows: number) => Int32Array): Record<Column, Int32Array> {
    this.capacity = rows;
    return Object.fromEntries(this.names.map((name) => [name, column(name, rows)])) as Record<Column, Int32Array>; // one for each name
  }
}

/** By a number that grows without end, such as that of a text: whole numbers, -1 where nothing was put. */
export class ByNumber {
  private numbers = new Int32Array(1024).fill(-1);

  get bytes() {
    return this.numbers.byteLength;
  }

  get(at: number): number {
    return this.numbers[at] ?? -1;
  }

  set(at: number, number: number) {
    if (at >= this.numbers.length) {
      const larger = new Int32Array(Math.ceil(Math.max(at + 1, this.numbers.length) * 1.5)).fill(-1);
      larger.set(this.numbers);
      this.numbers = larger;
    }
    this.numbers[at] = number;
  }
}
