/** A tokenizer's settings as a model file keeps them, under `text`. */
import { asBoolean, asInteger, asObject, asOneOf, asString, field, type JsonObject } from '../formats/json-checks.ts'
import { loadedSubwords } from './subword-library.ts'
import { TOKEN_KINDS, type Tokenizer, type TokenizerSettings } from './tokenizer.ts'

/** All that `settingsFromDocument` needs; keys that say nothing are null, `subwords` and `lineEnd` are then absent. */
export function settingsToDocument({ settings }: Tokenizer): JsonObject {
  const { tokens, language, lowercase, maxTokens, lineEnd, subwords } = settings
  return {
    tokens,
    language,
    lowercase,
    maxTokens: maxTokens ?? null,
    ...(lineEnd === undefined ? {} : { lineEnd }),
    ...(subwords === undefined ? {} : { subwords }),
  }
}

/**
 * Reads what `settingsToDocument` wrote; nothing is believed. `createTokenizer` checks the language and the line end.
 *
 * @throws {ModelFileError} A value is missing, of a wrong type or too large.
 */
export function settingsFromDocument(value: unknown, path = 'text'): TokenizerSettings {
  const text = asObject(value, path)
  const maxTokens = field(text, 'maxTokens')
  const lineEnd = field(text, 'lineEnd')
  const subwords = field(text, 'subwords')
  return {
    tokens: asOneOf(field(text, 'tokens'), `${path}.tokens`, TOKEN_KINDS),
    language: asString(field(text, 'language'), `${path}.language`, { maximum: 100 }),
    lowercase: asBoolean(field(text, 'lowercase'), `${path}.lowercase`),
    ...(maxTokens === null ? {} : { maxTokens: asInteger(maxTokens, `${path}.maxTokens`, { minimum: 1 }) }),
    ...(lineEnd === undefined ? {} : { lineEnd: asString(lineEnd, `${path}.lineEnd`, { maximum: 100 }) }),
    ...(subwords === undefined ? {} : { subwords: loadedSubwords().asSubwords(subwords, `${path}.subwords`) }),
  }
}
