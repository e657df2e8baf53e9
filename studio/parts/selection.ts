/**
 * What is selected in pictures that show the same text: a token, a unit, a stretch of tokens. All pictures that are
 * given one selection are brushed together; moving it costs a style change in each, whatever their size.
 */
import { signal } from '@preact/signals'
import type { Field } from '../shell/address.ts'

export interface Stretch {
  /** Tokens, from 0, both within. */
  readonly from: number
  readonly to: number
}

/** A signal, or what acts like one. */
export interface Settable<T> {
  value: T
}

export interface Selection {
  readonly token: Settable<number>
  readonly unit: Settable<number>
  readonly stretch: Settable<Stretch | null>
}

/** A field of the address as a part of a selection. */
export const settled = <T>(field: Field<T>): Settable<T> => ({
  get value() {
    return field.value
  },
  set value(next) {
    field.set(next, 'settle')
  },
})

export const createSelection = (token = 0, unit = 0): Selection => ({
  token: signal(token),
  unit: signal(unit),
  stretch: signal(null),
})

const PAGE = 10

export interface Extent {
  readonly tokens: number
  /** 0: the picture has one row, and up and down do nothing. */
  readonly units: number
}

/**
 * Moves a selection by a key: arrows by one, page up and down by ten units, home and end to the first and last token;
 * with shift a stretch grows. Escape lets the stretch go.
 *
 * @returns  Whether the key was one of these.
 */
export function moveByKey(event: KeyboardEvent, selection: Selection, extent: Extent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false
  const { token, unit, stretch } = selection
  const before = token.value
  const toToken = (t: number) => {
    token.value = within(t, extent.tokens)
  }
  const toUnit = (u: number) => {
    if (extent.units > 0) unit.value = within(u, extent.units)
  }
  switch (event.key) {
    case 'ArrowLeft':
      toToken(before - 1)
      break
    case 'ArrowRight':
      toToken(before + 1)
      break
    case 'Home':
      toToken(0)
      break
    case 'End':
      toToken(extent.tokens - 1)
      break
    case 'ArrowUp':
      toUnit(unit.value - 1)
      break
    case 'ArrowDown':
      toUnit(unit.value + 1)
      break
    case 'PageUp':
      toUnit(unit.value - PAGE)
      break
    case 'PageDown':
      toUnit(unit.value + PAGE)
      break
    case 'Escape':
      if (stretch.value === null) return false
      stretch.value = null
      break
    default:
      return false
  }
  if (event.shiftKey && token.value !== before) stretch.value = grown(stretch.value, before, token.value)
  event.preventDefault()
  return true
}

/** The end that was at `before` moves to `now`. */
function grown(stretch: Stretch | null, before: number, now: number): Stretch {
  const fixed = stretch === null ? before : stretch.from === before ? stretch.to : stretch.from
  return stretchOf(fixed, now)
}

export const stretchOf = (a: number, b: number): Stretch => ({ from: Math.min(a, b), to: Math.max(a, b) })

export const within = (index: number, length: number): number => Math.min(Math.max(0, length - 1), Math.max(0, index))
