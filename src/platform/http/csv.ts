type Cell = string | number | null;

/**
 * One line of a CSV (RFC 4180). A text that a spreadsheet program would take for a formula is given an apostrophe before it, for what is
 * exported here was written by others (OWASP, CSV injection).
 */
export const csvLine = (cells: readonly Cell[]): string => `${cells.map(written).join(',')}\r\n`;

function written(cell: Cell): string {
  const text = typeof cell === 'string' && /^[=+\-@\t\r\n]/.test(cell) ? `'${cell}` : String(cell ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
