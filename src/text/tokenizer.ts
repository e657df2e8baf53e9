/**
 * From text to tokens and back, behind one small interface: words, what white space separates, or characters.
 *
 * To add a kind: write its two functions in a file of their own, add its name to `TOKEN_KINDS` and to the table below.
 */
import { OptionError } from '../errors/errors.ts'
import { nearest } from '../errors/nearest.ts'
import { shown } from '../errors/shown.ts'
import { splitCharacters } from './character-tokens.ts'
import { joinWords } from './join-words.ts'
import { wordSplitter } from './word-tokens.ts'

/** What a text can be divided into. */
export const TOKEN_KINDS = ['word', 'space', 'character'] as const

/** One of `word`, `space` and `character`. */
export type TokenKind = (typeof TOKEN_KINDS)[number]

/** How a text is divided: plain data, saved in the model and used again for prediction. */
export interface TokenizerSettings {
  /**
   * `word`: words, numbers and each mark of punctuation. `space`: what white space separates, for text that is already
   * split. `character`: what a reader counts as one character.
   */
  readonly tokens: TokenKind
  /** BCP 47 tag for the segmenter. @default und */
  readonly language?: string
  /** Whether capitals are made small first. @default true for word, else false */
  readonly lowercase?: boolean
  /** The most tokens of a text; the rest is cut. @default no limit */
  readonly maxTokens?: number
}

/** The tokens of one text. */
export interface TokenizedText {
  readonly tokens: string[]
  /** Whether `maxTokens` cut some off. */
  readonly isCut: boolean
}

/** Divides texts in one way. It has no state: the same text always gives the same tokens. */
export interface Tokenizer {
  /** With all defaults filled in. */
  readonly settings: TokenizerSettings & { readonly language: string; readonly lowercase: boolean }
  /** Divides a text; white space is never a token, except for `character`. */
  tokens(text: string): string[]
  /** The same, and says whether the text was cut. */
  tokenize(text: string): TokenizedText
  /**
   * Joins tokens to a text. `join(tokens)` begins with `join` of any of its beginnings, so that a growing text can be
   * printed as it grows. For `word` the white space is guessed, capitals are lost.
   */
  join(tokens: readonly string[]): string
}

/**
 * Makes a tokenizer.
 *
 * @throws {OptionError} A setting has a wrong value.
 */
export function createTokenizer(settings: TokenizerSettings): Tokenizer {
  const { tokens: kind, language = 'und', lowercase = kind === 'word', maxTokens } = settings
  checkSettings(kind, language, maxTokens)
  const { split, join } = methodsOf(kind, language)
  function tokenize(text: string): TokenizedText {
    const tokens = split(lowercase ? text.toLowerCase() : text)
    if (maxTokens === undefined || tokens.length <= maxTokens) return { tokens, isCut: false }
    return { tokens: tokens.slice(0, maxTokens), isCut: true }
  }
  return { settings: { ...settings, language, lowercase }, tokenize, tokens: text => tokenize(text).tokens, join }
}

function methodsOf(kind: TokenKind, language: string): { split(text: string): string[]; join: Tokenizer['join'] } {
  switch (kind) {
    case 'word':
      return { split: wordSplitter(language), join: joinWords }
    case 'space':
      return { split: text => text.match(/\S+/g) ?? [], join: tokens => tokens.join(' ') }
    case 'character':
      return { split: splitCharacters, join: tokens => tokens.join('') }
    default:
      throw new Error(`internal: no tokenizer for ${kind satisfies never}`)
  }
}

function checkSettings(kind: string, language: string, maxTokens: number | undefined): void {
  if (!TOKEN_KINDS.some(known => known === kind)) {
    const near = nearest(kind, TOKEN_KINDS)
    throw new OptionError(
      `tokens: expected one of ${TOKEN_KINDS.join(', ')}, got ${shown(kind)}. ` +
        (near === undefined ? 'Choose one of them.' : `Did you mean ${shown(near)}?`),
    )
  }
  if (maxTokens !== undefined && (!Number.isSafeInteger(maxTokens) || maxTokens < 1)) {
    throw new OptionError(`max-tokens: expected a whole number of 1 or more, got ${shown(maxTokens)}. Try 400.`)
  }
  try {
    new Intl.Locale(language)
  } catch (cause) {
    throw new OptionError(
      `language: expected a tag such as en, zh or pt-BR, got ${shown(language)}. Leave it out to have it found.`,
      { cause },
    )
  }
}
