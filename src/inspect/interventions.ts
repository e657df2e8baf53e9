/**
 * What would be predicted if: a quantity clamped, another function in it, a gate removed, a word exchanged.
 *
 * A change is a rewrite of the cell's equations (`formula/rewrites.ts`) in all layers and directions, the weights as
 * they are; a gate that is removed from a trained model is a gate at 1.
 */
import type { Cell } from '../cells/define.ts'
import { OptionError } from '../errors/errors.ts'
import { didYouMean } from '../errors/nearest.ts'
import { shown } from '../errors/shown.ts'
import { activationNamed, activationNames } from '../formula/activations.ts'
import { quantityOf } from '../formula/equations.ts'
import { activation, clamp } from '../formula/rewrites.ts'
import { requireToken } from './ledger.ts'
import { type Reading, readingOfTokens, type Subject, withCell } from './subject.ts'

export type Change =
  | { readonly kind: 'clamp'; readonly quantity: string; readonly value: number }
  | { readonly kind: 'activation'; readonly quantity: string; readonly name: string }
  | { readonly kind: 'without'; readonly quantity: string }
  | { readonly kind: 'edit'; readonly index: number; readonly token: string }

const KINDS = ['clamp', 'activation', 'without', 'edit']

/** `clamp forgetGate=0.5`, `edit 3=bad`. */
export function wordsOf(change: Change): string {
  switch (change.kind) {
    case 'clamp':
      return `clamp ${change.quantity}=${change.value}`
    case 'activation':
      return `activation ${change.quantity}=${change.name}`
    case 'without':
      return `without ${change.quantity}`
    case 'edit':
      return `edit ${change.index}=${change.token}`
  }
}

/**
 * The model and the text with one change.
 *
 * @throws {OptionError} there is no such quantity, function or token, or the token given is none or several.
 */
export function changed<S extends Subject>(
  subject: S,
  reading: Reading,
  change: Change,
): { readonly subject: S; readonly reading: Reading } {
  requireKnownKind(change)
  if (change.kind === 'edit') return { subject, reading: edited(subject, reading, change.index, change.token) }
  return { subject: withCell(subject, changedCell(subject.network.cell, change)), reading }
}

/** @throws {OptionError} callers without types have null, or a kind that there is not. */
function requireKnownKind(change: Change): void {
  if (KINDS.includes(change?.kind)) return
  const got = shown(change?.kind ?? change)
  throw new OptionError(
    `changes: expected a kind of ${KINDS.join(', ')}, got ${got}.${didYouMean(change?.kind, KINDS)}`,
  )
}

/** The cell under a change of its equations. @throws {OptionError} there is no such quantity or function. */
export function changedCell(cell: Cell, change: Exclude<Change, { kind: 'edit' }>): Cell {
  quantityOf(cell, change.quantity, change.kind)
  switch (change.kind) {
    case 'clamp':
      if (Number.isFinite(change.value)) return clamp(cell, change.quantity, change.value)
      throw new OptionError(`clamp: expected a finite number, got ${shown(change.value)}.`)
    case 'without':
      return clamp(cell, change.quantity, 1)
    case 'activation':
      requireActivation(change.name)
      return activation(cell, change.quantity, activationNamed(change.name))
  }
}

function requireActivation(name: string): void {
  if (activationNames.includes(name)) return
  const hint = didYouMean(name, activationNames)
  throw new OptionError(`activation: expected one of ${activationNames.join(', ')}, got ${shown(name)}.${hint}`)
}

/** The text with one token exchanged for another one, read as the model reads texts. */
function edited(subject: Subject, { tokens }: Reading, index: number, token: string): Reading {
  requireToken('edit', index, tokens.length)
  return readingOfTokens(subject, tokens.with(index, oneToken(subject, token)))
}

/** A token of the vocabulary as it is; else what the tokenizer makes of it, which has to be one token. */
function oneToken({ encoder }: Subject, given: string): string {
  if (typeof given !== 'string') throw new OptionError(`edit: expected a token, got ${shown(given)}. Pass a string.`)
  if (encoder.vocabulary.has(given)) return given
  const tokens = encoder.tokenizer.tokens(given)
  if (tokens.length === 1) return tokens[0]
  throw new OptionError(
    `edit: expected one token (${encoder.tokenizer.settings.tokens}), got ${tokens.length} from ${shown(given)}. ` +
      'Give one; several words are several edits.',
  )
}
