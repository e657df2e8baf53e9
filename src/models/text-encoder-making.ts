/**
 * A text encoder from texts: their language found, their tokens counted, or subwords made of them.
 */
import { findLanguage } from '../text/language.ts'
import type { SubwordDocument } from '../text/subword-document.ts'
import { loadSubwords } from '../text/subword-library.ts'
import { createTokenizer, type Tokenizer, type TokenKind } from '../text/tokenizer.ts'
import { buildVocabulary, countTokens } from '../text/vocabulary.ts'
import { TextEncoder } from './text-encoder.ts'

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
async function tokenizerFor(
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

/** Finds the language and the vocabulary of some texts. */
export async function textEncoderOf(
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
