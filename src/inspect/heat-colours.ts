/**
 * Colours of numbers: white to blue from 0 to 1, or blue over white to red around 0. Both can be told apart without
 * seeing red and green, and the first one in grey (ColorBrewer: Blues, RdBu).
 */

export type Colour = readonly [red: number, green: number, blue: number]

/** What the ends of a colour scale stand for. */
export interface Scale {
  readonly low: number
  readonly high: number
  readonly isSigned: boolean
}

const BLUES: readonly Colour[] = [
  [247, 251, 255],
  [198, 219, 239],
  [107, 174, 214],
  [33, 113, 181],
  [8, 48, 107],
]
const BLUE_TO_RED: readonly Colour[] = [
  [33, 102, 172],
  [146, 197, 222],
  [247, 247, 247],
  [244, 165, 130],
  [178, 24, 43],
]

/** 0 to 1 where all values are in that, as of gates; else from −m to m, m the largest size. */
export function scaleOf(values: readonly (readonly number[])[]): Scale {
  let [low, high] = [0, 0]
  for (const row of values) {
    for (const value of row) {
      if (value < low) low = value
      if (value > high) high = value
    }
  }
  if (low >= 0 && high <= 1) return { low: 0, high: 1, isSigned: false }
  const most = Math.max(-low, high)
  return { low: -most, high: most, isSigned: true }
}

/** Where a value stands between the ends, 0 to 1. */
export const placeOf = (value: number, { low, high }: Scale): number =>
  high === low ? 0 : Math.min(1, Math.max(0, (value - low) / (high - low)))

/** @param place  0 to 1. */
export function colourAt(place: number, isSigned: boolean): Colour {
  const stops = isSigned ? BLUE_TO_RED : BLUES
  const at = place * (stops.length - 1)
  const k = Math.min(stops.length - 2, Math.floor(at))
  const [a, b] = [stops[k], stops[k + 1]]
  const between = (i: number) => Math.round(a[i] + (at - k) * (b[i] - a[i]))
  return [between(0), between(1), between(2)]
}

/** `#2171b5` */
export const hex = (colour: Colour): string => `#${colour.map(part => part.toString(16).padStart(2, '0')).join('')}`

/** Of a value on its scale. */
export const colourOf = (value: number, scale: Scale): string => hex(colourAt(placeOf(value, scale), scale.isSigned))
