/**
 * A `tokenizer.json` in Hugging Face's format, checked: byte-level byte-pair encoding, as GPT-2, Llama 3, Qwen and many
 * others have it. What is not known to matter is dropped, what would change the pieces and is not known is refused.
 */
import { ModelFileError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import type { JsonObject } from '../formats/json-checks.ts'
import { asArray, asArrayOf, asBoolean, asInteger, asObject, asString, field } from '../formats/json-checks.ts'
import { parseStrictJson } from '../formats/strict-json.ts'
import { asNormalizer, asPreTokenizer } from './subword-steps.ts'

/** A token found in the text before anything else happens to it. */
export interface AddedToken extends JsonObject {
  readonly id: number
  readonly content: string
}

/** A checked `tokenizer.json`: plain JSON that other programs read too. */
export interface SubwordDocument extends JsonObject {
  readonly version: '1.0'
  readonly truncation: null
  readonly padding: null
  readonly added_tokens: readonly AddedToken[]
  readonly normalizer: JsonObject | null
  readonly pre_tokenizer: JsonObject
  readonly post_processor: null
  readonly decoder: JsonObject
  readonly model: {
    readonly type: 'BPE'
    /** A token's id by its piece. */
    readonly vocab: Readonly<Record<string, number>>
    /** `a b`: the piece a and the piece b become ab; the earlier line goes first. */
    readonly merges: readonly string[]
    /** Whether a word that is a piece itself is not divided. */
    readonly ignore_merges: boolean
  }
}

const MOST_PIECES = 1_000_000
const MOST_ADDED_TOKENS = 10_000
const LONGEST_PIECE = 4096
const LONGEST_ADDED_TOKEN = 256

/** More than the largest published ones have, in characters of JSON. */
const LONGEST_DOCUMENT = 2 ** 26

const ID = { minimum: 0, maximum: 2 * MOST_PIECES }

/**
 * Reads a `tokenizer.json`.
 *
 * @param name  The file's name, for messages.
 * @throws {ModelFileError} No JSON, damaged, or of a kind that is not byte-level byte-pair encoding.
 */
export function parseSubwords(text: string, name: string): SubwordDocument {
  if (text.length > LONGEST_DOCUMENT) {
    throw new ModelFileError(
      `${name}: expected at most ${LONGEST_DOCUMENT} characters, got ${text.length}. Give a tokenizer.json.`,
    )
  }
  try {
    return asSubwords(parseStrictJson(text, name), '')
  } catch (cause) {
    if (!(cause instanceof ModelFileError)) throw cause
    throw new ModelFileError(cause.message.replace('model file, ', `${name}, `), { cause })
  }
}

/**
 * Checks what a file says to be a `tokenizer.json`.
 *
 * @param path  Its place in the document, for messages.
 * @throws {ModelFileError} Damaged, or of a kind that is not byte-level byte-pair encoding.
 */
export function asSubwords(value: unknown, path: string): SubwordDocument {
  const prefix = path === '' ? '' : `${path}.`
  const document = asObject(value, path === '' ? 'tokenizer' : path)
  const model = asModel(field(document, 'model'), `${prefix}model`)
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: asAddedTokens(field(document, 'added_tokens') ?? [], `${prefix}added_tokens`),
    normalizer: asNormalizer(field(document, 'normalizer') ?? null, `${prefix}normalizer`),
    pre_tokenizer: asPreTokenizer(field(document, 'pre_tokenizer'), `${prefix}pre_tokenizer`),
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: true },
    model,
  }
}

function asModel(value: unknown, path: string): SubwordDocument['model'] {
  const model = asObject(value, path)
  refuseUnless(field(model, 'type') ?? 'BPE', 'BPE', `${path}.type`)
  for (const name of ['end_of_word_suffix', 'continuing_subword_prefix', 'dropout']) {
    const given = field(model, name)
    // GPT-2's own file has empty strings.
    refuseUnless(given === '' || given === undefined ? null : given, null, `${path}.${name}`)
  }
  refuseUnless(field(model, 'byte_fallback') ?? false, false, `${path}.byte_fallback`)
  const vocab = asPieces(field(model, 'vocab'), `${path}.vocab`)
  const merges = asArray(field(model, 'merges'), `${path}.merges`, { maximum: MOST_PIECES }).map((merge, index) =>
    asMerge(merge, `${path}.merges[${index}]`, vocab),
  )
  const ignoreMerges = asBoolean(field(model, 'ignore_merges') ?? false, `${path}.ignore_merges`)
  return { type: 'BPE', vocab, merges, ignore_merges: ignoreMerges }
}

function asPieces(value: unknown, path: string): Record<string, number> {
  const pieces = Object.entries(asObject(value, path))
  if (pieces.length === 0 || pieces.length > MOST_PIECES) {
    throw refused(path, `1 to ${MOST_PIECES} pieces`, `${pieces.length} of them`)
  }
  const ids = new Set<number>()
  for (const [piece, id] of pieces) {
    if (piece === '' || piece.length > LONGEST_PIECE || /\s/.test(piece)) {
      throw refused(path, `pieces of 1 to ${LONGEST_PIECE} characters without white space`, shown(piece))
    }
    ids.add(asInteger(id, `${path}[${shown(piece)}]`, ID))
  }
  if (ids.size !== pieces.length) throw refused(path, 'a different number for each piece', 'one twice')
  // Not by assignment, which would take `__proto__` for something else.
  return Object.fromEntries(pieces) as Record<string, number>
}

function asMerge(value: unknown, path: string, vocab: Readonly<Record<string, number>>): string {
  const merge = typeof value === 'string' ? value : asArrayOf(value, path, asString).join(' ')
  const [first, second, ...more] = merge.split(' ')
  const isKnown = (piece: string) => Object.hasOwn(vocab, piece)
  if (second !== undefined && more.length === 0 && isKnown(first) && isKnown(second) && isKnown(first + second)) {
    return merge
  }
  throw refused(path, 'two pieces of the vocabulary that make a third one', shown(value))
}

function asAddedTokens(value: unknown, path: string): AddedToken[] {
  const seen = new Set<string>()
  return asArrayOf(value, path, asAddedToken, { maximum: MOST_ADDED_TOKENS }).map(token => {
    if (seen.has(token.content)) throw refused(path, 'different tokens', `${shown(token.content)} twice`)
    seen.add(token.content)
    return token
  })
}

function asAddedToken(value: unknown, path: string): AddedToken {
  const token = asObject(value, path)
  const flag = (name: string, otherwise: boolean) => asBoolean(field(token, name) ?? otherwise, `${path}.${name}`)
  const special = flag('special', false)
  return {
    id: asInteger(field(token, 'id'), `${path}.id`, ID),
    content: asString(field(token, 'content'), `${path}.content`, { minimum: 1, maximum: LONGEST_ADDED_TOKEN }),
    single_word: false,
    lstrip: flag('lstrip', false),
    rstrip: flag('rstrip', false),
    normalized: flag('normalized', !special),
    special,
  }
}

function refuseUnless(value: unknown, wanted: string | boolean | null, path: string): void {
  if (value !== wanted) throw refused(path, String(wanted), shown(value))
}

function refused(path: string, expected: string, got: string): ModelFileError {
  return new ModelFileError(
    `model file, ${path}: expected ${expected}, got ${got}. ` +
      'Give a tokenizer.json of byte-level byte-pair encoding (as of GPT-2, Llama 3 or Qwen), or let one be made.',
  )
}
