/** Dividing a text into the pieces of a `tokenizer.json`, and joining them. */
import { ModelFileError } from '../errors/errors.ts'
import { byteLevelWords, textOfPieces } from './byte-level.ts'
import { detached } from './detached.ts'
import type { TokenMethods } from './line-ends.ts'
import { subwordLibrary } from './loaded-library.ts'
import type { SubwordDocument } from './subword-document.ts'
import { UNKNOWN_TOKEN } from './vocabulary.ts'

/**
 * Makes the functions of a checked `tokenizer.json`.
 *
 * The lines of a text are divided one by one, so that a piece never goes beyond a line end, and a file read in parts
 * gives the pieces of the whole. Where a line end is followed by no other white space this is what other programs do.
 *
 * @throws {OptionError}    `loadSubwords` has not been awaited.
 * @throws {ModelFileError} The library refuses the document.
 */
export function subwordMethods(document: SubwordDocument): TokenMethods {
  const { Tokenizer } = subwordLibrary()
  // Without a name for the unknown the library would leave out what the pieces do not have.
  const named = { ...document, model: { ...document.model, unk_token: UNKNOWN_TOKEN } }
  const tokenizer = construct(() => new Tokenizer(named, {}))
  const literal = new Set(document.added_tokens.map(token => token.content))
  const piecesOf = (part: string) => tokenizer.tokenize(part)
  const piecesOfLine = isPlain(document) ? wordByWord(piecesOf) : piecesOf
  return {
    split: text => linesOf(text).flatMap(piecesOfLine),
    join: tokens => textOfPieces(tokens, literal),
  }
}

/** Whether the pieces of a text are those of its words by GPT-2's expression, one after the other. */
function isPlain({ added_tokens, normalizer, pre_tokenizer }: SubwordDocument): boolean {
  const { type, add_prefix_space, use_regex } = pre_tokenizer
  return added_tokens.length === 0 && normalizer === null && type === 'ByteLevel' && !add_prefix_space && !!use_regex
}

/** Words whose pieces are remembered: most of a text is made of fewer. */
const MOST_REMEMBERED_WORDS = 100_000

/**
 * Asks for each word once: 4.5 instead of 0.4 million pieces a second (the 1,130,192 of the Penn Treebank's training
 * text; Node 24, 2 cores, November 2026).
 */
function wordByWord(piecesOf: (word: string) => string[]): (line: string) => string[] {
  const remembered = new Map<string, string[]>()
  return line =>
    byteLevelWords(line).flatMap(word => {
      let pieces = remembered.get(word)
      if (pieces === undefined) {
        pieces = piecesOf(word)
        if (remembered.size === MOST_REMEMBERED_WORDS) remembered.clear()
        remembered.set(detached(word), pieces)
      }
      return pieces
    })
}

/** Lines with their ends. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+/g) ?? []
}

function construct<T>(make: () => T): T {
  try {
    return make()
  } catch (cause) {
    throw new ModelFileError(
      `tokenizer: expected one that the library can use, got ${(cause as Error).message}. Give another tokenizer.json.`,
      { cause },
    )
  }
}
