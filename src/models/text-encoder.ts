/**
 * From text to ids: how a model reads its input, saved with it.
 */

import { ModelFileError } from '../errors/errors.ts'
import { asObject, field, type JsonObject } from '../formats/json-checks.ts'
import { findLanguage } from '../text/language.ts'
import type { SubwordDocument } from '../text/subword-document.ts'
import { loadSubwords } from '../text/subword-library.ts'
import { createTokenizer, type TokenizedText, type Tokenizer, type TokenKind } from '../text/tokenizer.ts'
import { settingsFromDocument, settingsToDocument } from '../text/tokenizer-document.ts'
import { buildVocabulary, countTokens, UNKNOWN_ID, Vocabulary } from '../text/vocabulary.ts'

export interface TextSettings {
  readonly tokens: TokenKind
  readonly language: string | null
  readonly lowercase: boolean | null
  readonly maxTokens?: number
  readonly vocabulary: number
  readonly minimumCount: number
}

/**
 * A tokenizer for some texts: their language found, and subwords made of them unless a `tokenizer.json` is given.
 *
 * @throws {OptionError} a setting has a wrong value.
 * @throws the signal's reason, when it is aborted.
 */
export async function tokenizerFor(
  texts: readonly string[],
  settings: TextSettings,
  given?: SubwordDocument,
  signal?: AbortSignal,
): Promise<Tokenizer> {
  const { tokens, lowercase, maxTokens, vocabulary } = settings
  const common = {
    tokens,
    language: settings.language ?? findLanguage(texts),
    ...(maxTokens !== undefined && { maxTokens }),
    ...(lowercase !== null && { lowercase }),
  }
  if (tokens !== 'subword') return createTokenizer({ ...common, ...(given && { subwords: given }) })
  await loadSubwords()
  const { trainSubwords } = await import('../text/subword-training.ts')
  const folded = lowercase ? texts.map(text => text.toLowerCase()) : texts
  // One id is the unknown token's.
  const subwords = given ?? (await trainSubwords(folded, { vocabulary: vocabulary - 1, ...(signal && { signal }) }))
  return createTokenizer({ ...common, subwords })
}

export class TextEncoder {
  readonly tokenizer: Tokenizer
  readonly vocabulary: Vocabulary

  constructor(tokenizer: Tokenizer, vocabulary: Vocabulary) {
    this.tokenizer = tokenizer
    this.vocabulary = vocabulary
  }

  /** Finds the language and the vocabulary of some texts. */
  static async from(
    texts: readonly string[],
    settings: TextSettings,
    given?: SubwordDocument,
    signal?: AbortSignal,
  ): Promise<TextEncoder> {
    const tokenizer = await tokenizerFor(texts, settings, given, signal)
    const counts = countTokens(texts.map(text => tokenizer.tokens(text)))
    // Pieces were chosen by their counts already, and every piece is some word's.
    const minimumCount = settings.tokens === 'subword' ? 1 : settings.minimumCount
    return new TextEncoder(tokenizer, buildVocabulary(counts, { minimumCount, size: settings.vocabulary }))
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
    return { text: settingsToDocument(this.tokenizer), vocabulary: this.vocabulary.toJSON() }
  }

  /** @throws {ModelFileError} the document is not one that `toDocument` wrote. */
  static fromDocument(document: JsonObject): TextEncoder {
    const tokenizer = storedTokenizer(asObject(field(document, 'text'), 'text'))
    return new TextEncoder(tokenizer, Vocabulary.fromJSON(field(document, 'vocabulary')))
  }
}

function storedTokenizer(text: JsonObject): Tokenizer {
  try {
    return createTokenizer(settingsFromDocument(text))
  } catch (cause) {
    if (cause instanceof ModelFileError) throw cause
    throw new ModelFileError(`model file, text: ${(cause as Error).message}`, { cause })
  }
}
