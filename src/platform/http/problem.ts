/** RFC 9457, with the members that this service adds. */
export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly instance: string;
  readonly correlationId: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
};

/** What an error means to the caller. `detail` is only ever a sentence that was written for callers. */
export type Meaning = {
  readonly status: number;
  readonly detail?: string;
  readonly errors?: Problem['errors'];
  readonly headers?: Readonly<Record<string, string>>;
};
