/**
 * What a `tokenizer.json` may do to a text before pieces are merged. Expressions are taken from a list, never run as
 * found: one from a hostile file could take years for one line.
 */
import { ModelFileError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { asArray, asBoolean, asObject, asString, field, type JsonObject } from '../formats/json-checks.ts'

const MOST_STEPS = 16

const NORMALIZERS = ['NFC', 'NFD', 'NFKC', 'NFKD', 'Lowercase', 'StripAccents']

const CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
const MARKS_AND_SPACES = String.raw`\s*[\r\n]+|\s+(?!\S)|\s+`
const CAPITALS = String.raw`[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+`
const SMALL = String.raw`[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*`
const LETTERS = String.raw`[^\r\n\p{L}\p{N}]?\p{L}+`
const MARKS = String.raw` ?[^\s\p{L}\p{N}]+`

/** The expressions of published tokenizers; each takes time in proportion to the text. */
const EXPRESSIONS: ReadonlySet<string> = new Set([
  // GPT-2, and what its library writes out for it.
  String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`,
  String.raw`'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`,
  // cl100k (GPT-4), Llama 3; Qwen 2 with single digits.
  String.raw`${CONTRACTIONS}|${LETTERS}|\p{N}{1,3}|${MARKS}[\r\n]*|${MARKS_AND_SPACES}`,
  String.raw`${CONTRACTIONS}|${LETTERS}|\p{N}|${MARKS}[\r\n]*|${MARKS_AND_SPACES}`,
  // o200k (GPT-4o); Mistral's Tekken.
  String.raw`${CAPITALS}${CONTRACTIONS}?|${SMALL}${CONTRACTIONS}?|\p{N}{1,3}|${MARKS}[\r\n/]*|${MARKS_AND_SPACES}`,
  String.raw`${CAPITALS}|${SMALL}|\p{N}|${MARKS}[\r\n/]*|${MARKS_AND_SPACES}`,
  // Single digits or thousands, before another expression.
  String.raw`\p{N}`,
  String.raw`\p{N}{1,3}`,
  String.raw`\d`,
])

/** @throws {ModelFileError} Not null, nor a known normalizer or a sequence of them. */
export function asNormalizer(value: unknown, path: string): JsonObject | null {
  if (value === null) return null
  const type = asString(field(asObject(value, path), 'type'), `${path}.type`)
  if (NORMALIZERS.includes(type)) return { type }
  if (type !== 'Sequence') throw unknown(`${path}.type`, [...NORMALIZERS, 'Sequence'], type)
  const steps = asArray(field(value as JsonObject, 'normalizers'), `${path}.normalizers`, { maximum: MOST_STEPS })
  return { type, normalizers: steps.map((step, index) => asStep(step, `${path}.normalizers[${index}]`)) }
}

/** One level of a sequence: sequences of sequences are not made by anybody. */
function asStep(value: unknown, path: string): JsonObject {
  const type = asString(field(asObject(value, path), 'type'), `${path}.type`)
  if (NORMALIZERS.includes(type)) return { type }
  throw unknown(`${path}.type`, NORMALIZERS, type)
}

/**
 * Checks the steps that divide a text into words; the last makes characters of bytes.
 *
 * @throws {ModelFileError} Not ByteLevel, nor a sequence of Split and Digits that ends with it.
 */
export function asPreTokenizer(value: unknown, path: string): JsonObject {
  const type = asString(field(asObject(value, path), 'type'), `${path}.type`)
  if (type === 'ByteLevel') return asByteLevel(value as JsonObject, path)
  if (type !== 'Sequence') throw unknown(`${path}.type`, ['ByteLevel', 'Sequence'], type)
  const bounds = { minimum: 1, maximum: MOST_STEPS }
  const steps = asArray(field(value as JsonObject, 'pretokenizers'), `${path}.pretokenizers`, bounds)
  const last = steps.length - 1
  return {
    type,
    pretokenizers: steps.map((step, index) => asSplittingStep(step, `${path}.pretokenizers[${index}]`, index === last)),
  }
}

function asSplittingStep(value: unknown, path: string, isLast: boolean): JsonObject {
  const step = asObject(value, path)
  const type = asString(field(step, 'type'), `${path}.type`)
  if (isLast && type === 'ByteLevel') return asByteLevel(step, path)
  if (!isLast && type === 'Split') return asSplit(step, path)
  if (!isLast && type === 'Digits') {
    return {
      type,
      individual_digits: asBoolean(field(step, 'individual_digits') ?? false, `${path}.individual_digits`),
    }
  }
  throw unknown(`${path}.type`, isLast ? ['ByteLevel'] : ['Split', 'Digits'], type)
}

function asByteLevel(step: JsonObject, path: string): JsonObject {
  const flag = (name: string, otherwise: boolean) => asBoolean(field(step, name) ?? otherwise, `${path}.${name}`)
  return {
    type: 'ByteLevel',
    add_prefix_space: flag('add_prefix_space', true),
    trim_offsets: false,
    use_regex: flag('use_regex', true),
  }
}

function asSplit(step: JsonObject, path: string): JsonObject {
  const pattern = asObject(field(step, 'pattern'), `${path}.pattern`)
  const expression = asString(field(pattern, 'Regex'), `${path}.pattern.Regex`)
  if (!EXPRESSIONS.has(expression)) {
    throw new ModelFileError(
      `model file, ${path}.pattern.Regex: expected the expression of a known tokenizer ` +
        `(GPT-2, GPT-4, GPT-4o, Llama 3, Qwen, Tekken), got ${shown(expression)}. ` +
        'Others are not run, since one from a file could run forever: use another tokenizer.json, or let one be made.',
    )
  }
  const behavior = asString(field(step, 'behavior'), `${path}.behavior`)
  const invert = asBoolean(field(step, 'invert') ?? false, `${path}.invert`)
  const isMatching = behavior === 'Removed' && invert
  if (!isMatching && (behavior !== 'Isolated' || invert)) {
    throw unknown(`${path}.behavior`, ['Isolated', 'Removed with invert'], behavior)
  }
  return { type: 'Split', pattern: { Regex: expression }, behavior, invert }
}

function unknown(path: string, known: readonly string[], got: string): ModelFileError {
  return new ModelFileError(
    `model file, ${path}: expected ${known.join(' or ')}, got ${shown(got)}. ` +
      'Give a tokenizer.json of byte-level byte-pair encoding (as of GPT-2, Llama 3 or Qwen), or let one be made.',
  )
}
