/**
 * How a language model reads a text: windows of lines from a string or from files, the tokenizer that suits them, ids.
 */
import type { ByteSource } from '../data/byte-source.ts'
import { countsWithin, numberedText, wholeText, withVocabulary } from '../data/provisional-ids.ts'
import { lineWindows, textWindows } from '../data/text-windows.ts'
import { streamIds } from '../data/token-stream.ts'
import { DataError, OptionError } from '../errors/errors.ts'
import { plural } from '../errors/plural.ts'
import { shown } from '../errors/shown.ts'
import { findLanguage } from '../text/language.ts'
import type { SubwordDocument } from '../text/subword-document.ts'
import { loadSubwords } from '../text/subword-library.ts'
import { SubwordTrainer } from '../text/subword-training.ts'
import { createTokenizer, type Tokenizer } from '../text/tokenizer.ts'
import { buildVocabulary, Vocabulary } from '../text/vocabulary.ts'
import type { LanguageModelOptions } from './language-model-options.ts'
import { TextEncoder } from './text-encoder.ts'

/** A text: whole, or as files that are read one after the other, once a pass, and never kept. */
export type LanguageText = string | readonly ByteSource[]

/** @throws {OptionError} it is neither; callers without types have numbers. */
export function windowsOf(text: LanguageText, where: string): AsyncIterable<string> {
  if (typeof text === 'string') return lineWindows(once(text.replace(/\r\n?/g, '\n')))
  if (Array.isArray(text) && text.length > 0 && text.every(s => typeof s?.bytes === 'function'))
    return textWindows(text)
  throw new OptionError(
    `${where}: expected a text or sources of bytes (fileSource), got ${shown(text)}. Pass a string.`,
  )
}

async function* once(text: string): AsyncGenerator<string, void> {
  if (text !== '') yield text
}

/** What a text is trained on as: its ids, those of the part kept for validation, and how they were made. */
export interface CodedText {
  readonly encoder: TextEncoder
  readonly training: Int32Array
  readonly validation: Int32Array
}

export interface ReadingOptions {
  /** Another text to choose the best epoch by, instead of the end of this one. */
  readonly validationText?: LanguageText | undefined
  /** A `tokenizer.json` for subwords; made from the text if absent. */
  readonly subwords?: SubwordDocument | undefined
  /** Of a model to go on from: its tokens keep their ids, frequent new ones get the next. */
  readonly from?: TextEncoder | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Reads a text once and chooses the vocabulary from the part that is trained on.
 *
 * @throws {DataError} the text is too short to divide.
 */
export async function codedText(
  text: LanguageText,
  settings: LanguageModelOptions,
  { validationText, subwords, from, signal }: ReadingOptions,
): Promise<CodedText> {
  const where = 'training text'
  const tokenizer = from?.tokenizer ?? (await tokenizerFor(text, settings, subwords, validationText !== undefined))
  const numbered = await numberedText(windowsOf(text, where), tokenizer, signal)
  const { length } = numbered.ids
  const kept = validationText === undefined ? Math.max(1, Math.round(length * settings.validation)) : 0
  if (length - kept < 2 || (validationText === undefined && kept < 2)) {
    throw new DataError(
      `${where}: expected enough for training and validation, got ${plural(length, 'token')}. Give a longer text.`,
    )
  }
  const counts = countsWithin(numbered, length - kept)
  const { minimumCount } = settings
  const vocabulary = from
    ? extended(from.vocabulary, counts, minimumCount, settings.vocabulary)
    : buildVocabulary(counts, { minimumCount, size: settings.vocabulary })
  const ids = withVocabulary(numbered, vocabulary)
  const encoder = new TextEncoder(tokenizer, vocabulary)
  const validation =
    validationText === undefined
      ? ids.subarray(length - kept)
      : await wholeText(streamIds(windowsOf(validationText, 'validation text'), tokenizer, vocabulary))
  if (validation.length > 1) return { encoder, training: ids.subarray(0, length - kept), validation }
  throw new DataError(`validation text: expected two tokens or more, got one. Give a longer text.`)
}

function extended(
  vocabulary: Vocabulary,
  counts: ReadonlyMap<string, number>,
  minimumCount: number,
  size: number,
): Vocabulary {
  const fresh = [...counts]
    .filter(([token, count]) => count >= minimumCount && !vocabulary.has(token))
    .sort((a, b) => b[1] - a[1])
    .slice(0, Math.max(0, size - vocabulary.size))
  return new Vocabulary([...vocabulary.tokens, ...fresh.map(([token]) => token)])
}

/** UTF-16 units that the language is found from. */
const SAMPLE = 100_000

async function tokenizerFor(
  text: LanguageText,
  settings: LanguageModelOptions,
  given: SubwordDocument | undefined,
  isWhole: boolean,
): Promise<Tokenizer> {
  const { tokens, lowercase, lineEnd } = settings
  if (tokens === 'subword') await loadSubwords()
  const made = tokens === 'subword' && !given ? await subwordsOf(text, settings, isWhole) : given
  return createTokenizer({
    tokens,
    language: settings.language ?? findLanguage([await beginningOf(text)]),
    ...(lowercase === null ? {} : { lowercase }),
    ...(lineEnd === null ? {} : { lineEnd }),
    ...(made === undefined ? {} : { subwords: made }),
  })
}

async function beginningOf(text: LanguageText): Promise<string> {
  let beginning = ''
  for await (const window of windowsOf(text, 'training text')) {
    beginning += window
    if (beginning.length > SAMPLE) break
  }
  return beginning
}

/** Pieces made of the lines that are trained on: the first (1 − validation) of all characters. */
async function subwordsOf(text: LanguageText, settings: LanguageModelOptions, isWhole: boolean) {
  let characters = 0
  for await (const window of windowsOf(text, 'training text')) characters += window.length
  let left = characters * (isWhole ? 1 : 1 - settings.validation)
  const trainer = new SubwordTrainer()
  for await (const window of windowsOf(text, 'training text')) {
    const part = window.length <= left ? window : window.slice(0, window.lastIndexOf('\n', left) + 1)
    trainer.add(settings.lowercase === true ? part.toLowerCase() : part)
    left -= window.length
    if (left <= 0) break
  }
  // The vocabulary has the unknown token besides.
  return await trainer.train({ vocabulary: Math.max(256, settings.vocabulary - 1) })
}
