/**
 * Colour scales, even steps of lightness in OKLCH (Ottosson 2020), so that equal differences of a number look equally
 * large; blue and orange, which people who confuse red and green tell apart. Each scale has a light and a dark form.
 *
 *   share    0 … 1: a gate. 0 is the paper.
 *   signed   −m … m: a state, a contribution. 0 is the paper, below it orange, above it blue.
 *   amount   0 … m: a magnitude.
 */
import type { Scheme } from '../shell/scheme.ts'

export type ScaleKind = 'share' | 'signed' | 'amount'

export interface Scale {
  readonly kind: ScaleKind
  /** The largest magnitude that has a colour of its own; 1 for a share. */
  readonly limit: number
  /** Numbers are told in per cent; a share always is. */
  readonly isPercent?: boolean
}

/** Lightness, chroma, hue in degrees. */
type Lch = readonly [number, number, number]

const STEPS = 256

const INK: Readonly<Record<Scheme, { zero: Lch; blue: Lch; orange: Lch }>> = {
  light: { zero: [0.975, 0.006, 90], blue: [0.36, 0.13, 255], orange: [0.47, 0.14, 50] },
  dark: { zero: [0.225, 0.008, 255], blue: [0.86, 0.1, 240], orange: [0.82, 0.13, 65] },
}

/** Where text stands on a colour the scale goes less far, so that the text is still read (WCAG: 4.5 : 1). */
const BEHIND_TEXT = 0.42

function srgb([lightness, chroma, hue]: Lch): [number, number, number] {
  const a = chroma * Math.cos((hue * Math.PI) / 180)
  const b = chroma * Math.sin((hue * Math.PI) / 180)
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    encoded(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    encoded(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    encoded(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ]
}

/** 0 … 255 with sRGB's curve. */
function encoded(linear: number): number {
  const x = Math.min(1, Math.max(0, linear))
  return Math.round(255 * (x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055))
}

function between(zero: Lch, end: Lch, share: number): [number, number, number] {
  // The paper has next to no colour of its own, so its hue must not pull the end's through the rainbow.
  return srgb([zero[0] + (end[0] - zero[0]) * share, zero[1] + (end[1] - zero[1]) * share ** 0.8, end[2]])
}

const tables = new Map<string, Uint32Array>()

/** [256] colours as ImageData has them in 32 bits (little endian: A B G R); a signed scale begins at −limit. */
export function colourTable(kind: ScaleKind, scheme: Scheme): Uint32Array {
  const key = `${kind} ${scheme}`
  const known = tables.get(key)
  if (known) return known
  const table = Uint32Array.from({ length: STEPS }, (_, k) => {
    const [r, g, b] = colourAt(kind, scheme, k / (STEPS - 1))
    return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0
  })
  tables.set(key, table)
  return table
}

/** @param place  0 … 1 along the scale. */
function colourAt(kind: ScaleKind, scheme: Scheme, place: number, reach = 1): [number, number, number] {
  const { zero, blue, orange } = INK[scheme]
  if (kind !== 'signed') return between(zero, blue, place * reach)
  const signed = 2 * place - 1
  return between(zero, signed < 0 ? orange : blue, Math.abs(signed) * reach)
}

/** 0 … 1, where a value is on a scale; what is outside is at its end. */
export function placeOf(value: number, { kind, limit }: Scale): number {
  const share = limit > 0 ? value / limit : 0
  const place = kind === 'signed' ? (share + 1) / 2 : share
  return Math.min(1, Math.max(0, place))
}

const css = ([r, g, b]: readonly number[]): string => `rgb(${r} ${g} ${b})`

const names = new Map<string, readonly string[]>()

/** [256] colours along a scale as style sheets have them. */
function colourNames(kind: ScaleKind, scheme: Scheme, reach: number): readonly string[] {
  const key = `${kind} ${scheme} ${reach}`
  const known = names.get(key)
  if (known) return known
  const made = Array.from({ length: STEPS }, (_, k) => css(colourAt(kind, scheme, k / (STEPS - 1), reach)))
  names.set(key, made)
  return made
}

const stepOf = (value: number, scale: Scale): number => Math.round(placeOf(value, scale) * (STEPS - 1))

/** The colour of a value. */
export const colourOf = (value: number, scale: Scale, scheme: Scheme): string =>
  colourNames(scale.kind, scheme, 1)[stepOf(value, scale)]

/** The colour of a value behind text in the page's ink. */
export const colourBehindText = (value: number, scale: Scale, scheme: Scheme): string =>
  colourNames(scale.kind, scheme, BEHIND_TEXT)[stepOf(value, scale)]

/** A gradient for a legend. */
export function cssGradient(kind: ScaleKind, scheme: Scheme): string {
  const stops = [0, 0.25, 0.5, 0.75, 1].map(place => css(colourAt(kind, scheme, place)))
  return `linear-gradient(to right, ${stops.join(', ')})`
}

/** The largest magnitude, for a scale; at least a little, so that a picture of zeros is one of zeros. */
export function largestMagnitude(values: ArrayLike<number>): number {
  let largest = 1e-9
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]))
  return largest
}
