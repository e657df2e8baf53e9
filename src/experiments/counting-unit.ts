/**
 * Looking for a unit that counts: the one whose cell state goes most closely with a number that the text has at each
 * token, such as the place in the line.
 */
import { recordReading } from '../inspect/record.ts'
import type { LanguageSubject, Reading } from '../inspect/subject.ts'

/** How many characters stand before each one in its line; the line end belongs to the line that it ends. */
export function placesInLine(characters: readonly string[]): number[] {
  let place = -1
  return characters.map((_, t) => {
    place = t > 0 && characters[t - 1] === '\n' ? 0 : place + 1
    return place
  })
}

export interface CountingUnit {
  /** From 0. */
  readonly layer: number
  readonly unit: number
  /** Pearson's r of state and number. */
  readonly correlation: number
  /** At each token the number that the state stands for: the straight line through all pairs, by least squares. */
  readonly told: readonly number[]
}

/**
 * @param reading  What is read, from the first state on.
 * @param numbers  One for each token.
 * @returns        Of all units of all layers the one with the largest correlation, in size.
 */
export function countingUnit(subject: LanguageSubject, reading: Reading, numbers: readonly number[]): CountingUnit {
  let best = { layer: 0, unit: 0, correlation: 0, values: numbers }
  for (const { layer, hidden, quantities } of recordReading(subject, reading, ['c'])) {
    for (let unit = 0; unit < hidden; unit++) {
      const values = quantities.c.values.map(row => row[unit])
      const correlation = correlationOf(values, numbers)
      if (Math.abs(correlation) > Math.abs(best.correlation)) best = { layer, unit, correlation, values }
    }
  }
  const { layer, unit, correlation, values } = best
  const slope = (correlation * deviationOf(numbers)) / deviationOf(values)
  const [from, to] = [meanOf(values), meanOf(numbers)]
  return { layer, unit, correlation, told: values.map(value => to + slope * (value - from)) }
}

/** Pearson's r; 0 where one of them does not change. */
export function correlationOf(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [meanOf(a), meanOf(b)]
  const together = meanOf(a.map((value, k) => (value - meanA) * (b[k] - meanB)))
  const apart = deviationOf(a) * deviationOf(b)
  return apart === 0 ? 0 : together / apart
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length

function deviationOf(values: readonly number[]): number {
  const mean = meanOf(values)
  return Math.sqrt(meanOf(values.map(v => (v - mean) ** 2)))
}
