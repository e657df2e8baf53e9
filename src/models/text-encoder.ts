/**
 * From text to ids: how a model reads its input, saved with it.
 */

import { ModelFileError } from '../errors/errors.ts'
import { asBoolean, asInteger, asObject, asOneOf, asString, field, type JsonObject } from '../formats/json-checks.ts'
import { findLanguage } from '../text/language.ts'
import { createTokenizer, TOKEN_KINDS, type TokenizedText, type Tokenizer, type TokenKind } from '../text/tokenizer.ts'
import { buildVocabulary, countTokens, UNKNOWN_ID, Vocabulary } from '../text/vocabulary.ts'

export interface TextSettings {
  readonly tokens: TokenKind
  readonly language: string | null
  readonly lowercase: boolean | null
  readonly maxTokens: number
  readonly vocabulary: number
  readonly minimumCount: number
}

export class TextEncoder {
  readonly tokenizer: Tokenizer
  readonly vocabulary: Vocabulary

  constructor(tokenizer: Tokenizer, vocabulary: Vocabulary) {
    this.tokenizer = tokenizer
    this.vocabulary = vocabulary
  }

  /** Finds the language and the vocabulary of some texts. */
  static async from(texts: readonly string[], settings: TextSettings): Promise<TextEncoder> {
    const tokenizer = createTokenizer({
      tokens: settings.tokens,
      language: settings.language ?? findLanguage(texts),
      maxTokens: settings.maxTokens,
      ...(settings.lowercase === null ? {} : { lowercase: settings.lowercase }),
    })
    const counts = countTokens(texts.map(text => tokenizer.tokens(text)))
    const vocabulary = buildVocabulary(counts, { minimumCount: settings.minimumCount, size: settings.vocabulary })
    return new TextEncoder(tokenizer, vocabulary)
  }

  /** The text's tokens, [T], T ≥ 1: a text without any is one unknown token. */
  tokenize(text: string): TokenizedText {
    const tokenized = this.tokenizer.tokenize(text)
    return tokenized.tokens.length > 0 ? tokenized : { tokens: [this.vocabulary.tokens[UNKNOWN_ID]], isCut: false }
  }

  /** Their ids, [T]. */
  encode(text: string): Int32Array {
    return this.vocabulary.encode(this.tokenize(text).tokens)
  }

  /** As saved in a model file, under `text` and `vocabulary`. */
  toDocument(): { text: JsonObject; vocabulary: readonly string[] } {
    const { tokens, language, lowercase, maxTokens } = this.tokenizer.settings
    return { text: { tokens, language, lowercase, maxTokens: maxTokens ?? null }, vocabulary: this.vocabulary.toJSON() }
  }

  /** @throws {ModelFileError} the document is not one that `toDocument` wrote. */
  static fromDocument(document: JsonObject): TextEncoder {
    const tokenizer = storedTokenizer(asObject(field(document, 'text'), 'text'))
    return new TextEncoder(tokenizer, Vocabulary.fromJSON(field(document, 'vocabulary')))
  }
}

function storedTokenizer(text: JsonObject): Tokenizer {
  const maxTokens = field(text, 'maxTokens')
  const settings = {
    tokens: asOneOf(field(text, 'tokens'), 'text.tokens', TOKEN_KINDS),
    language: asString(field(text, 'language'), 'text.language', { maximum: 100 }),
    lowercase: asBoolean(field(text, 'lowercase'), 'text.lowercase'),
    ...(maxTokens === null ? {} : { maxTokens: asInteger(maxTokens, 'text.maxTokens', { minimum: 1 }) }),
  }
  try {
    return createTokenizer(settings)
  } catch (cause) {
    throw new ModelFileError(`model file, text: ${(cause as Error).message}`, { cause })
  }
}
