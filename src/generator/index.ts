// What the command line and others may use.
export { writeDumps } from './write-dumps';
export type { WrittenDay } from './write-dumps';
export { CannotMistake, mistakes } from './mistakes';
export type { Mistake } from './mistakes';
export { otherFormats, writers } from './writers';
