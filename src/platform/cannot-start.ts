/** The service cannot start; the message is one sentence that says what to change. Printed without a stack. */
export class CannotStart extends Error {}
