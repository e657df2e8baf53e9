/**
 * Where else a unit fires: over many texts, the tokens after which it is largest in size, with what stands around.
 */
import { OptionError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { Turns } from '../training/turns.ts'
import type { PredictionsOptions } from './predictions.ts'
import { recordReading } from './record.ts'
import type { Firing, FiringPlace, UnitOfLayer } from './report.ts'
import { readingOf, type Subject } from './subject.ts'

export interface FiringOptions extends PredictionsOptions {
  /** @default the layer's output state */
  readonly quantity?: string | undefined
  /** Places of each unit. @default 10 */
  readonly count?: number
}

/** Before and after the token. */
const CONTEXT_TOKENS = 8

/**
 * @param units  Each unit once.
 * @param texts  Read one after the other; never kept.
 * @returns      One for each of the units, in their order.
 * @throws {OptionError} there is no such quantity, layer, direction or unit.
 * @throws the signal's reason, when it is aborted.
 */
export async function firingOver(
  subject: Subject,
  units: readonly UnitOfLayer[],
  texts: Iterable<string> | AsyncIterable<string>,
  { quantity = subject.network.cell.output, count = 10, signal, onProgress = () => {} }: FiringOptions = {},
): Promise<Firing[]> {
  if (!Array.isArray(units) || !isIterable(texts)) {
    throw new OptionError(
      `firing: expected units and texts to look for them in, got ${shown({ units, texts })}. Pass arrays.`,
    )
  }
  const turns = new Turns(signal)
  const places = units.map((): FiringPlace[] => [])
  let [text, tokens] = [0, 0]
  for await (const one of texts) {
    const reading = readingOf(subject, one)
    const layers = recordReading(subject, reading, [quantity])
    tokens += reading.tokens.length
    units.forEach((unit, k) => {
      const values = valuesOf(layers, unit, quantity)
      values.forEach((value, index) => {
        addPlace(places[k], count, value, () => ({ text, index, value, ...around(reading.tokens, index) }))
      })
    })
    text++
    onProgress(text)
    await turns.give()
  }
  return units.map((unit, k) => ({ ...unit, quantity, tokens, places: places[k] }))
}

const isIterable = (given: object): boolean => {
  const some = Object(given)
  return Symbol.iterator in some || Symbol.asyncIterator in some
}

/** Of one unit at each token. */
function valuesOf(layers: ReturnType<typeof recordReading>, unit: UnitOfLayer, quantity: string): number[] {
  const layer = layers.find(l => l.layer === unit.layer && l.direction === unit.direction)
  if (!layer) {
    const last = layers.at(-1)?.layer ?? 0
    throw new OptionError(
      `layer: expected one of 0 to ${last} that reads ${unit.direction}, got ${shown(unit.layer)}. They count from 0.`,
    )
  }
  const { values } = layer.quantities[quantity]
  const width = values[0].length
  if (Number.isSafeInteger(unit.unit) && unit.unit >= 0 && unit.unit < width) return values.map(row => row[unit.unit])
  throw new OptionError(
    `unit: expected a unit from 0 to ${width - 1} of ${quantity}, got ${shown(unit.unit)}. Units count from 0.`,
  )
}

/** Keeps the largest in size, in order. */
function addPlace(places: FiringPlace[], count: number, value: number, make: () => FiringPlace): void {
  const size = Math.abs(value)
  if (places.length === count && !(size > Math.abs(places[count - 1].value))) return
  if (places.length === count) places.pop()
  let at = places.length
  while (at > 0 && size > Math.abs(places[at - 1].value)) at--
  places.splice(at, 0, make())
}

const around = (tokens: readonly string[], index: number) => ({
  token: tokens[index],
  before: tokens.slice(Math.max(0, index - CONTEXT_TOKENS), index),
  after: tokens.slice(index + 1, index + 1 + CONTEXT_TOKENS),
})
