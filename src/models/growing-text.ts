/**
 * Text that grows token by token: what each one adds, found from the last few tokens, so that a long text costs no more
 * a token than a short one.
 */
import type { Tokenizer } from '../text/tokenizer.ts'

/** Tokens that decide how the next one is written: a character of four bytes and a word's surroundings are fewer. */
const CONTEXT = 32

/** Shortened when it is this long. */
const LONGEST = 4 * CONTEXT

const QUOTE = '"'

export class GrowingText {
  readonly #tokenizer: Tokenizer
  #tokens: string[] = []
  #text = ''
  /** Whether the tokens that were let go have opened a quote, in the line that goes on. */
  #isQuoteOpen = false

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer
  }

  /** Adds a token. @returns What the text has grown by; '' while a character is not complete. */
  add(token: string): string {
    this.#tokens.push(token)
    const text = this.#joined()
    const added = text.slice(this.#text.length)
    this.#text = text
    if (this.#tokens.length > LONGEST) this.#shorten()
    return added
  }

  #joined(): string {
    return this.#tokenizer.join(this.#isQuoteOpen ? [QUOTE, ...this.#tokens] : this.#tokens)
  }

  #shorten(): void {
    const { lineEnd } = this.#tokenizer.settings
    for (const token of this.#tokens.splice(0, this.#tokens.length - CONTEXT)) {
      if (token === QUOTE) this.#isQuoteOpen = !this.#isQuoteOpen
      if (token === lineEnd) this.#isQuoteOpen = false
    }
    this.#text = this.#joined()
  }
}
