/**
 * From text to ids: how a model reads its input, saved with it.
 */

import { ModelFileError } from '../errors/errors.ts'
import { asObject, field, type JsonObject } from '../formats/json-checks.ts'
import { createTokenizer, type TokenizedText, type Tokenizer } from '../text/tokenizer.ts'
import { settingsFromDocument, settingsToDocument } from '../text/tokenizer-document.ts'
import { UNKNOWN_ID, Vocabulary } from '../text/vocabulary.ts'

export class TextEncoder {
  readonly tokenizer: Tokenizer
  readonly vocabulary: Vocabulary

  constructor(tokenizer: Tokenizer, vocabulary: Vocabulary) {
    this.tokenizer = tokenizer
    this.vocabulary = vocabulary
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
