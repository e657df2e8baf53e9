/** Where the words of a map are on the screen, and which of their labels have room. */
import type { WordMap } from './answers.ts'
import type { Window } from './state.ts'

/** A word on the screen. */
export interface Spot {
  readonly word: string
  /** Of its frequency among those shown. */
  readonly index: number
  /** In CSS pixels. */
  readonly x: number
  readonly y: number
  /** On the map, −1 … 1. */
  readonly place: readonly [number, number]
  readonly isOutside: boolean
}

export interface Sight {
  readonly width: number
  readonly height: number
  readonly seen: Window
}

/**
 * The words' places on the screen; both axes have one scale, so that distances can be compared.
 *
 * @returns  The spots, and pixels of a unit of the map.
 */
export function spotsOf({ words, places }: WordMap, { width, height, seen }: Sight): { spots: Spot[]; scale: number } {
  const [left, right] = rangeOf(places, 0)
  const [bottom, top] = rangeOf(places, 1)
  const size = Math.max(right - left, top - bottom, SMALLEST) / 2
  const fits = (room: number, range: number) => (room / 2 - MARGIN) / Math.max(range / 2 / size, SMALLEST)
  const scale = Math.min(fits(width, right - left), fits(height, top - bottom)) * seen.zoom
  const spots = words.map((word, index): Spot => {
    const px = (places[2 * index] - (left + right) / 2) / size
    const py = (places[2 * index + 1] - (bottom + top) / 2) / size
    const x = width / 2 + (px - seen.x) * scale
    const y = height / 2 - (py - seen.y) * scale
    return { word, index, x, y, place: [px, py], isOutside: x < 0 || x > width || y < 0 || y > height }
  })
  return { spots, scale }
}

/** Beside the outermost dots, for their labels. */
const MARGIN = 36
const SMALLEST = 1e-9

function rangeOf(places: Float64Array, first: number): [number, number] {
  let [least, most] = [Infinity, -Infinity]
  for (let k = first; k < places.length; k += 2) {
    least = Math.min(least, places[k])
    most = Math.max(most, places[k])
  }
  return [least, most]
}

const REACH = 24

/** The spot at a point; null: none is close. */
export function nearestTo(spots: readonly Spot[], { x, y }: { x: number; y: number }): Spot | null {
  const distance = (spot: Spot) => Math.hypot(spot.x - x, spot.y - y)
  const best = spots.reduce<Spot | null>((a, b) => (a === null || distance(b) < distance(a) ? b : a), null)
  return best && distance(best) <= REACH ? best : null
}

/** The next word in a direction: near, and not far to the side. */
export function inDirection(spots: readonly Spot[], word: string, [dx, dy]: readonly [number, number]): Spot | null {
  const from = spots.find(spot => spot.word === word)
  if (!from) return spots[0] ?? null
  const cost = (spot: Spot) => {
    const along = (spot.x - from.x) * dx + (spot.y - from.y) * dy
    const aside = Math.abs((spot.x - from.x) * dy) + Math.abs((spot.y - from.y) * dx)
    return along <= 0 ? Infinity : along + 2 * aside
  }
  const best = spots.reduce<Spot | null>((a, b) => (cost(b) < (a ? cost(a) : Infinity) ? b : a), null)
  return best
}

interface Wanted {
  readonly label: string
  readonly font: string
  readonly rank: number
  readonly x: number
  readonly y: number
}

interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

const LINE = 14
const AWAY = 6

/**
 * Labels without overlap: in the order given, each beside, above or below its dot where there is room, else not at all.
 *
 * @param measure  Width of a label, in pixels.
 * @returns        Those that have a place: x at their left end, y at their base line.
 */
export function placed<W extends Wanted>(
  wanted: readonly W[],
  measure: (label: string, font: string) => number,
  { width, height }: { readonly width: number; readonly height: number },
): W[] {
  // The dots that matter keep their room.
  const taken: Box[] = wanted.filter(want => want.rank < PLAIN_RANK).map(dotOf)
  return wanted.flatMap(want => {
    if (want.x < 0 || want.x > width || want.y < 0 || want.y > height) return []
    const length = measure(want.label, want.font)
    const choices = [
      [want.x + AWAY, want.y + LINE / 3],
      [want.x - AWAY - length, want.y + LINE / 3],
      [want.x - length / 2, want.y - AWAY],
      [want.x - length / 2, want.y + AWAY + LINE * 0.75],
    ]
    for (const [x, y] of choices) {
      const box = { left: x - 2, right: x + length + 2, top: y - LINE * 0.85, bottom: y + LINE * 0.3 }
      const isInside = box.left >= 0 && box.right <= width && box.top >= 0 && box.bottom <= height
      if (!isInside || taken.some(other => overlap(box, other))) continue
      taken.push(box)
      return [{ ...want, x, y }]
    }
    return []
  })
}

/** From here on a word is one of many. */
export const PLAIN_RANK = 3
const DOT = 3

const dotOf = ({ x, y }: Wanted): Box => ({ left: x - DOT, right: x + DOT, top: y - DOT, bottom: y + DOT })

const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
