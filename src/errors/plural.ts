/** `1 token`, `2 tokens`: a number and its noun in a message; counts for the eye are `countOf` of the command line. */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
