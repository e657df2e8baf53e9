/** Words to text: the white space that a writer would most likely have put. */

/** Scripts that put no space between words. */
const SPACELESS =
  /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}\u3000-\u303f\uff00-\uffef]/u

const NO_SPACE_BEFORE = /^[.,;:!?%)\]}»”…]|^['’]$/u
const NO_SPACE_AFTER = /[([{«“$£€#@]$/u

/**
 * Joins words and marks to a text.
 *
 * A space stands between two tokens unless one is of a script without spaces, the second closes or ends something
 * (`. , ) %`), or the first opens something (`( [ $`). Straight double quotes open and close in turn; `-` and `/`
 * have spaces, as the words around them are not known to be one.
 *
 * @returns  A text that begins with the text of any beginning of the tokens.
 */
export function joinWords(tokens: readonly string[]): string {
  let text = ''
  let isQuoteOpen = false
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1]
    const opensQuote = token === '"' && !isQuoteOpen
    const closesQuote = token === '"' && isQuoteOpen
    const afterOpening = before === '"' && isQuoteOpen
    if (index > 0 && !closesQuote && !afterOpening && (opensQuote || hasSpace(before, token))) text += ' '
    text += token
    if (token === '"') isQuoteOpen = !isQuoteOpen
  }
  return text
}

function hasSpace(before: string, token: string): boolean {
  if (NO_SPACE_BEFORE.test(token) || NO_SPACE_AFTER.test(before)) return false
  return !SPACELESS.test(before) && !SPACELESS.test(token)
}
