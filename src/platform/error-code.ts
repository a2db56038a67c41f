/** The code of an error of Node (`ENOENT`) or PostgreSQL (`28P01`), else empty. Asks for no class: a test runner has several `Error`s. */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
