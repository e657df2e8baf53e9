/**
 * From text to tokens and back, behind one small interface: words, what white space separates, characters, or pieces of
 * words.
 *
 * To add a kind: write its two functions in a file of their own, add its name to `TOKEN_KINDS` and to the table below.
 */
import { OptionError } from '../errors/errors.ts'
import { nearest } from '../errors/nearest.ts'
import { shown } from '../errors/shown.ts'
import { splitCharacters, splitCodePoints } from './character-tokens.ts'
import { joinWords } from './join-words.ts'
import { type TokenMethods, withLineEnds } from './line-ends.ts'
import type { SubwordDocument } from './subword-document.ts'
import { loadedSubwords } from './subword-library.ts'
import { wordSplitter } from './word-tokens.ts'

/** Longer than any mark for the end of a line. */
const LONGEST_LINE_END = 100

/** What a text can be divided into. */
export const TOKEN_KINDS = ['word', 'space', 'character', 'code-point', 'subword'] as const

/** One of `word`, `space`, `character`, `code-point` and `subword`. */
export type TokenKind = (typeof TOKEN_KINDS)[number]

/** How a text is divided: plain data, saved in the model and used again for prediction. */
export interface TokenizerSettings {
  /**
   * `word`: words, numbers and each mark of punctuation. `space`: what white space separates, for text that is already
   * split. `character`: what a reader counts as one character. `code-point`: what Unicode counts as one. `subword`:
   * the pieces of `subwords`.
   */
  readonly tokens: TokenKind
  /** BCP 47 tag for the segmenter. @default und */
  readonly language?: string
  /** Whether capitals are made small first. @default true for word, else false */
  readonly lowercase?: boolean
  /** The most tokens of a text; the rest is cut. @default no limit */
  readonly maxTokens?: number
  /** A token for each line end, as `<eos>` in the Penn Treebank. @default none: a line end is white space */
  readonly lineEnd?: string
  /** A checked `tokenizer.json` (`parseSubwords`, `trainSubwords`); for `subword`, and only for it. */
  readonly subwords?: SubwordDocument
}

/** The tokens of one text. */
export interface TokenizedText {
  readonly tokens: string[]
  /** Whether `maxTokens` cut some off. */
  readonly isCut: boolean
}

/**
 * Divides texts in one way. It has no state: the same text always gives the same tokens. No token goes beyond a line
 * end: those of a text are those of its lines (with their ends), one after the other.
 */
export interface Tokenizer {
  /** With all defaults filled in. */
  readonly settings: TokenizerSettings & { readonly language: string; readonly lowercase: boolean }
  /** Divides a text; white space is never a token of `word` or `space`. */
  tokens(text: string): string[]
  /** The same, and says whether the text was cut. */
  tokenize(text: string): TokenizedText
  /**
   * Joins tokens to a text. `join(tokens)` begins with `join` of any of its beginnings, so that a growing text can be
   * printed as it grows. For `word` the white space is guessed, capitals are lost; for `subword` a character whose last
   * bytes are still to come is left out.
   */
  join(tokens: readonly string[]): string
}

/**
 * Makes a tokenizer.
 *
 * @throws {OptionError} A setting has a wrong value, or `loadSubwords` has not been awaited before one of `subword`.
 */
export function createTokenizer(settings: TokenizerSettings): Tokenizer {
  const { tokens: kind, language = 'und', lowercase = kind === 'word', maxTokens, lineEnd } = settings
  checkSettings(settings, language)
  const methods = methodsOf(settings, language)
  const { split, join } = lineEnd === undefined ? methods : withLineEnds(methods, lineEnd)
  function tokenize(text: string): TokenizedText {
    const tokens = split(lowercase ? text.toLowerCase() : text)
    if (maxTokens === undefined || tokens.length <= maxTokens) return { tokens, isCut: false }
    return { tokens: tokens.slice(0, maxTokens), isCut: true }
  }
  return { settings: { ...settings, language, lowercase }, tokenize, tokens: text => tokenize(text).tokens, join }
}

function methodsOf({ tokens: kind, subwords }: TokenizerSettings, language: string): TokenMethods {
  switch (kind) {
    case 'word':
      return { split: wordSplitter(language), join: joinWords }
    case 'space':
      return { split: text => text.match(/\S+/g) ?? [], join: tokens => tokens.join(' ') }
    case 'character':
      return { split: splitCharacters, join: tokens => tokens.join('') }
    case 'code-point':
      return { split: splitCodePoints, join: tokens => tokens.join('') }
    case 'subword':
      if (subwords !== undefined) return loadedSubwords().subwordMethods(subwords)
      throw new Error('internal: subwords were not checked')
    default:
      throw new Error(`internal: no tokenizer for ${kind satisfies never}`)
  }
}

function checkSettings({ tokens, maxTokens, lineEnd, subwords }: TokenizerSettings, language: string): void {
  if (!TOKEN_KINDS.some(known => known === tokens)) {
    const near = nearest(tokens, TOKEN_KINDS)
    throw new OptionError(
      `tokens: expected one of ${TOKEN_KINDS.join(', ')}, got ${shown(tokens)}. ` +
        (near === undefined ? 'Choose one of them.' : `Did you mean ${shown(near)}?`),
    )
  }
  if (maxTokens !== undefined && (!Number.isSafeInteger(maxTokens) || maxTokens < 1)) {
    throw new OptionError(`max-tokens: expected a whole number of 1 or more, got ${shown(maxTokens)}. Try 400.`)
  }
  if (lineEnd !== undefined && (!/^\S+$/.test(lineEnd) || lineEnd.length > LONGEST_LINE_END)) {
    throw new OptionError(
      `line-end: expected a token of 1 to ${LONGEST_LINE_END} characters without white space, got ${shown(lineEnd)}. ` +
        'Try <eos>.',
    )
  }
  if ((tokens === 'subword') !== (subwords !== undefined)) {
    throw new OptionError(
      `subwords: expected a tokenizer.json for tokens "subword" and for no other, got ` +
        `${subwords === undefined ? 'none' : 'one'} for ${shown(tokens)}. ` +
        'Read one with parseSubwords, or make one with trainSubwords.',
    )
  }
  checkLanguage(language)
}

function checkLanguage(language: string): void {
  try {
    new Intl.Locale(language)
  } catch (cause) {
    throw new OptionError(
      `language: expected a tag such as en, zh or pt-BR, got ${shown(language)}. Leave it out to have it found.`,
      { cause },
    )
  }
}
