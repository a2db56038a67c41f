/**
 * The name by which the world knows an event: the stream's category, a dot, the rest of the name in snake case.
 * `InstrumentListed` of `instrument` is `instrument.listed`, `RunCompleted` of `ingestion_run` is `ingestion_run.completed`.
 */
export function outsideName(category: string, type: string): string {
  const snake = type.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toLowerCase();
  const last = category.slice(category.lastIndexOf('_') + 1);
  const rest = [category, last].map((word) => `${word}_`).find((word) => snake.startsWith(word));
  return `${category}.${rest ? snake.slice(rest.length) : snake}`;
}
