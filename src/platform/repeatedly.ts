/** Does something in the background again and again, never twice at once, until it is stopped. */
export class Repeatedly {
  private timer: NodeJS.Timeout | undefined;
  private working: Promise<unknown> | undefined;

  /**
   * @param every milliseconds from one beginning to the next; what takes longer is not begun again meanwhile
   * @param trouble is told what went wrong; the next time comes all the same
   */
  constructor(
    private readonly every: number,
    private readonly work: () => Promise<unknown>,
    private readonly trouble: (error: unknown) => void,
  ) {}

  /** Begins at once. */
  start() {
    this.look();
    this.timer = setInterval(() => this.look(), this.every);
    this.timer.unref();
  }

  /** Ends when what is under way has ended. */
  async stop() {
    clearInterval(this.timer);
    await this.working;
  }

  private look() {
    this.working ??= this.work()
      .catch(this.trouble)
      .finally(() => (this.working = undefined));
  }
}
