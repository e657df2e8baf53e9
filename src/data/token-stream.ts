/** Token ids of a text that is read in windows: counted in a first pass, then read once a pass. */
import { DataError } from '../errors/errors.ts'
import { TokenCounts } from '../text/token-counts.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import type { Vocabulary } from '../text/vocabulary.ts'
import { Turns } from '../training/turns.ts'

/** The most ids of a block: 64 MiB of them. */
const BLOCK_TOKENS = 2 ** 24

/**
 * Counts the tokens of a text, for `buildVocabulary`.
 *
 * @param windows    Windows of whole lines, as `textWindows` gives.
 * @param tokenizer  Without `maxTokens`, which would cut each window.
 * @returns          `counts` in order of first occurrence and `total`, all tokens.
 * @throws {DataError} The text has no tokens.
 * @throws the signal's reason, when it is aborted.
 */
export async function countStream(
  windows: AsyncIterable<string>,
  tokenizer: Tokenizer,
  signal?: AbortSignal,
): Promise<TokenCounts> {
  requireUncut(tokenizer)
  const turns = new Turns(signal)
  const counts = new TokenCounts()
  for await (const window of windows) {
    counts.add(tokenizer.tokens(window))
    await turns.give()
  }
  if (counts.total === 0) {
    throw new DataError('text: expected words to learn from, got none. Check that the files were written completely.')
  }
  return counts
}

/**
 * The ids of a text, window by window; 0 for tokens that the vocabulary has not.
 *
 * @param tokenizer  Without `maxTokens`, which would cut each window.
 * @returns          Arrays of at least one id each, the caller's.
 */
export async function* streamIds(
  windows: AsyncIterable<string>,
  tokenizer: Tokenizer,
  vocabulary: Vocabulary,
): AsyncGenerator<Int32Array<ArrayBufferLike>, void> {
  requireUncut(tokenizer)
  for await (const window of windows) {
    const ids = vocabulary.encode(tokenizer.tokens(window))
    if (ids.length > 0) yield ids
  }
}

/**
 * The same ids in blocks of a length, for `contiguousBatches`: a text with no more than that is one block, a longer one
 * is laid out block by block in bounded memory. Each block but the first begins with the last token of the one before,
 * so that no prediction is lost between them.
 *
 * @param ids          As `streamIds` gives.
 * @param blockTokens  Tokens of a block, 2 or more. @default 16,777,216 (64 MiB)
 * @returns            Blocks of 2 ids or more, unless the text has only one; the caller's.
 */
export async function* idBlocks(
  ids: AsyncIterable<Int32Array>,
  blockTokens = BLOCK_TOKENS,
): AsyncGenerator<Int32Array, void> {
  let block = new Int32Array(Math.min(blockTokens, 2 ** 16))
  let length = 0
  let isNew = true
  for await (const piece of ids) {
    for (let begin = 0; begin < piece.length; ) {
      const taken = Math.min(blockTokens - length, piece.length - begin)
      block = withRoom(block, length + taken, blockTokens)
      block.set(piece.subarray(begin, begin + taken), length)
      length += taken
      begin += taken
      isNew = true
      if (length < blockTokens) continue
      yield block.slice(0, length)
      block[0] = block[length - 1]
      length = 1
      isNew = false
    }
  }
  if (isNew && length > 0) yield block.slice(0, length)
}

function withRoom(block: Int32Array<ArrayBuffer>, length: number, most: number): Int32Array<ArrayBuffer> {
  if (length <= block.length) return block
  const larger = new Int32Array(Math.min(most, Math.max(length, 2 * block.length)))
  larger.set(block)
  return larger
}

function requireUncut({ settings }: Tokenizer): void {
  if (settings.maxTokens !== undefined) throw new Error('internal: a text in windows, but a tokenizer with maxTokens')
}
