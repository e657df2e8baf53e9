/**
 * The part of a device that runs a cell over packed sequences (filled in by the recurrent engine).
 */
// biome-ignore lint/suspicious/noEmptyInterface: replaced in the next commit, when the cell's stages exist.
export interface RecurrentDevice {}
