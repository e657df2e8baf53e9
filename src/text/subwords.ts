/** What `loadSubwords` brings besides the library. */
export { asSubwords } from './subword-document.ts'
export { subwordMethods } from './subword-tokens.ts'
