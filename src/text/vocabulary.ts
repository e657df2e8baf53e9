/** Tokens and their numbers. */
import { ModelFileError, OptionError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { asArrayOf, asString } from '../formats/json-checks.ts'

/** The token with id 0: it stands for every token that the vocabulary has not. */
export const UNKNOWN_TOKEN = '<unk>'

/** Its id. */
export const UNKNOWN_ID = 0

/** More than any text has different words; a file that says more is refused. */
const MOST_TOKENS = 10_000_000

/** Which tokens get a number. */
export interface VocabularyOptions {
  /** How often a token must occur. @default 1 */
  readonly minimumCount?: number
  /** The most ids, that of `<unk>` included: the rows of the embedding. @default no limit */
  readonly size?: number
}

/** An unchangeable list of tokens, `<unk>` first; a token's id is its place in it. */
export class Vocabulary {
  readonly #tokens: readonly string[]
  readonly #ids: ReadonlyMap<string, number>

  /** @param tokens  Different from one another, `<unk>` first; `buildVocabulary` and `fromJSON` make it so. */
  constructor(tokens: readonly string[]) {
    this.#tokens = tokens
    this.#ids = new Map(tokens.map((token, id) => [token, id]))
    if (tokens[UNKNOWN_ID] !== UNKNOWN_TOKEN || this.#ids.size !== tokens.length) {
      throw new OptionError(
        `Vocabulary: expected different tokens, ${UNKNOWN_TOKEN} first, got ${shown(tokens)}. ` +
          'Use buildVocabulary to make one.',
      )
    }
  }

  /** The number of ids, V. */
  get size(): number {
    return this.#tokens.length
  }

  /** The tokens by id, [V]. */
  get tokens(): readonly string[] {
    return this.#tokens
  }

  /** Says whether a token has an id of its own. */
  has(token: string): boolean {
    return this.#ids.has(token)
  }

  /** The id of a token; 0 if it has none. */
  idOf(token: string): number {
    return this.#ids.get(token) ?? UNKNOWN_ID
  }

  /** The ids of tokens, [T]; 0 for those it has not. The caller's. */
  encode(tokens: readonly string[]): Int32Array {
    return Int32Array.from(tokens, token => this.idOf(token))
  }

  /**
   * The tokens of ids.
   *
   * @throws {OptionError} An id is not in 0 … V − 1.
   */
  decode(ids: ArrayLike<number>): string[] {
    return Array.from(ids, id => {
      const token = this.#tokens[id]
      if (token !== undefined) return token
      throw new OptionError(
        `Vocabulary.decode: expected ids from 0 to ${this.size - 1}, got ${shown(id)}. ` +
          'Decode with the vocabulary that made them.',
      )
    })
  }

  /** The tokens by id, as saved in a model file. */
  toJSON(): readonly string[] {
    return this.#tokens
  }

  /**
   * Reads what `toJSON` wrote; nothing is believed.
   *
   * @param path  The value's place in the document, for messages.
   * @throws {ModelFileError} Not a list of different strings that begins with `<unk>`.
   */
  static fromJSON(value: unknown, path = 'vocabulary'): Vocabulary {
    const tokens = asArrayOf(value, path, asString, { minimum: 1, maximum: MOST_TOKENS })
    const repeated = firstRepeated(tokens)
    if (repeated === undefined && tokens[UNKNOWN_ID] === UNKNOWN_TOKEN) return new Vocabulary(tokens)
    const got = repeated === undefined ? `${shown(tokens[0])} first` : `${shown(repeated)} twice`
    throw new ModelFileError(
      `model file, ${path}: expected different tokens, ${UNKNOWN_TOKEN} first, got ${got}. ` +
        'The file is damaged or was changed by hand: get it again or train again.',
    )
  }
}

/** Counts tokens; the map's order is that of first occurrence. */
export function countTokens(texts: Iterable<Iterable<string>>): Map<string, number> {
  const counts = new Map<string, number>()
  for (const tokens of texts) for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1)
  return counts
}

/**
 * Chooses the tokens of a vocabulary: the most frequent first, ties in the map's order, so the same texts always give
 * the same ids. A token `<unk>` of the texts themselves is the unknown one, id 0, however often it occurs.
 *
 * @param counts  How often each token occurs, in order of first occurrence, e.g. from `countTokens`.
 * @throws {OptionError} An option is no whole number of 1 or more.
 */
export function buildVocabulary(
  counts: ReadonlyMap<string, number>,
  { minimumCount = 1, size = Infinity }: VocabularyOptions = {},
): Vocabulary {
  checkWhole('minimum-count', minimumCount)
  if (size !== Infinity) checkWhole('vocabulary', size)
  const frequent = [...counts].filter(([token, count]) => count >= minimumCount && token !== UNKNOWN_TOKEN)
  frequent.sort((a, b) => b[1] - a[1])
  return new Vocabulary([UNKNOWN_TOKEN, ...frequent.slice(0, size - 1).map(([token]) => token)])
}

function checkWhole(option: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return
  throw new OptionError(`${option}: expected a whole number of 1 or more, got ${shown(value)}. Choose such a number.`)
}

function firstRepeated(tokens: readonly string[]): string | undefined {
  const seen = new Set<string>()
  return tokens.find(token => seen.size === seen.add(token).size)
}
