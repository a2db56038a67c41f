import { csvLines, type Line } from '../../src/modules/ingestion';

/** The lines of a text, as files are read. */
export async function linesOf(text: string): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const some of csvLines(once(Buffer.from(text)))) lines.push(...some);
  return lines;
}

async function* once(bytes: Buffer) {
  yield await Promise.resolve(bytes);
}
