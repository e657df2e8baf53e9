/** The tokens of a text as numbers in one pass, before anybody knows which of them deserve an id of their own. */
import { DataError } from '../errors/errors.ts'
import { detached } from '../text/detached.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import type { Vocabulary } from '../text/vocabulary.ts'
import { Turns } from '../training/turns.ts'
import { idBlocks } from './token-stream.ts'

/** As many different tokens are told apart, as in `TokenCounts`; those that come later are one, `null`. */
const MOST_DIFFERENT = 4_000_000

/** 2 GiB of ids. */
const MOST_TOKENS = 2 ** 29

/** A text of n tokens: 4 bytes each, and every different token once. */
export interface NumberedText {
  /** [n], places in `tokens`. */
  readonly ids: Int32Array
  /** The different tokens, in order of first occurrence. */
  readonly tokens: readonly (string | null)[]
}

/**
 * Reads a text.
 *
 * @param windows        Windows of whole lines, as `textWindows` gives.
 * @param tokenizer      Without `maxTokens`, which would cut each window.
 * @param mostDifferent  Tokens that are told apart. @default 4,000,000
 * @throws {DataError} It has no tokens, or more than fit.
 * @throws the signal's reason, when it is aborted.
 */
export async function numberedText(
  windows: AsyncIterable<string>,
  tokenizer: Tokenizer,
  signal?: AbortSignal,
  mostDifferent = MOST_DIFFERENT,
): Promise<NumberedText> {
  const tokens: (string | null)[] = []
  const places = new Map<string, number>()
  const numberOf = (token: string): number => {
    const known = places.get(token)
    if (known !== undefined) return known
    if (places.size === mostDifferent) {
      if (tokens.length === mostDifferent) tokens.push(null)
      return mostDifferent
    }
    const kept = detached(token)
    places.set(kept, tokens.length)
    return tokens.push(kept) - 1
  }
  const turns = new Turns(signal)
  async function* numbered() {
    for await (const window of windows) {
      await turns.give()
      yield Int32Array.from(tokenizer.tokens(window), numberOf)
    }
  }
  return { ids: await wholeText(numbered()), tokens }
}

/** All ids of a stream as one array. @throws {DataError} There are none, or more than fit. */
export async function wholeText(ids: AsyncIterable<Int32Array>): Promise<Int32Array> {
  let whole: Int32Array | null = null
  for await (const block of idBlocks(ids, MOST_TOKENS)) {
    if (whole) throw new DataError(`text: expected at most ${MOST_TOKENS} tokens, got more. Divide it into parts.`)
    whole = block
  }
  if (whole) return whole
  throw new DataError('text: expected words to learn from, got none. Check that the files were written completely.')
}

/** How often each token occurs in the first `length` places; in order of first occurrence. */
export function countsWithin({ ids, tokens }: NumberedText, length: number): Map<string, number> {
  const counts = new Float64Array(tokens.length)
  for (let i = 0; i < length; i++) counts[ids[i]]++
  const pairs = tokens.flatMap((token, k): [string, number][] =>
    token === null || counts[k] === 0 ? [] : [[token, counts[k]]],
  )
  return new Map(pairs)
}

/** The ids that a vocabulary has for the tokens, written in place of the numbers. */
export function withVocabulary({ ids, tokens }: NumberedText, vocabulary: Vocabulary): Int32Array {
  const idOf = Int32Array.from(tokens, token => (token === null ? 0 : vocabulary.idOf(token)))
  for (let i = 0; i < ids.length; i++) ids[i] = idOf[ids[i]]
  return ids
}
