/** Made by Vite: see `vite.config.ts`. */
declare module 'virtual:sentences' {
  /** A line a sentence, `+` or `-` and the text. */
  export const lines: string
}
