/** How the outputs of two directions become one: side by side, or element by element. */
export const MERGES = ['concat', 'sum', 'mean', 'product'] as const
export type Merge = (typeof MERGES)[number]
