/** Words on each side of a gap that CBOW sees in the chapter. */
export const WINDOW = 2
