/**
 * What a report comes to, in the numbers and words that all drawings of it share.
 */
import { OptionError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import type { InspectedLayer, InspectedPrediction, InspectionReport } from './report.ts'

/** `81.2 %` of 0.8123 */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

/** `forget gate` of `forgetGate` */
export const inWords = (name: string): string => name.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`)

/** The label or the token that was predicted. */
export const nameOf = (prediction: InspectedPrediction): string =>
  'label' in prediction ? prediction.label : prediction.token

/** At each token, the probability of the label that the whole text got, or of the token that came next. */
export function curveOf(
  { prediction }: Pick<InspectionReport, 'prediction'>,
  predictions: readonly InspectedPrediction[],
) {
  const label = 'label' in prediction ? prediction.label : null
  return predictions.map(p => (label !== null && 'label' in p ? p.probabilities[label] : p.probability))
}

/** The directions of a layer. @throws {OptionError} there is no such layer. */
export function layersAt({ layers }: Pick<InspectionReport, 'layers'>, wanted: number): InspectedLayer[] {
  requireLayer(wanted, 1 + (layers.at(-1)?.layer ?? 0))
  return layers.filter(({ layer }) => layer === wanted)
}

/** @throws {OptionError} it is none of so many layers. */
export function requireLayer(wanted: number, count: number): void {
  if (Number.isSafeInteger(wanted) && wanted >= 0 && wanted < count) return
  throw new OptionError(`layer: expected one from 0 to ${count - 1}, got ${shown(wanted)}. Layers count from 0.`)
}

/** The memory that the ledger is about, else the state that is the output of most cells, else the last quantity. */
export function memoryOf({ ledger, quantities }: InspectedLayer): string {
  const names = Object.keys(quantities)
  return ledger?.state ?? names.find(name => name === 'h') ?? names[names.length - 1]
}

/** Units by the largest size that a quantity has over the text, the largest first. */
export function strongestUnits(layer: InspectedLayer, quantity: string, count: number): number[] {
  const { values } = layer.quantities[quantity]
  const sizes = values[0].map((_, j) => values.reduce((most, row) => Math.max(most, Math.abs(row[j])), 0))
  return [...sizes.keys()].sort((a, b) => sizes[b] - sizes[a] || a - b).slice(0, count)
}

export interface LifeBin {
  /** In steps; the last bin has no upper end. */
  readonly from: number
  readonly to: number | null
  readonly units: number
}

/** How many units have a half-life in each range of steps, and how many have none. */
export function livesOf(halfLife: readonly (number | null)[]): { bins: LifeBin[]; endless: number } {
  const ends = [0, 0.5, 1, 2, 4, 8, 16, 32, 64]
  const lives = halfLife.filter(life => life !== null)
  const bins = ends.map((from, k): LifeBin => {
    const to = ends[k + 1] ?? null
    return { from, to, units: lives.filter(life => life >= from && (to === null || life < to)).length }
  })
  return { bins, endless: halfLife.length - lives.length }
}

/** Units with the longest half-lives, the longest first. */
export function longestLives(halfLife: readonly (number | null)[], count: number): { unit: number; steps: number }[] {
  return halfLife
    .flatMap((steps, unit) => (steps === null ? [] : [{ unit, steps }]))
    .sort((a, b) => b.steps - a.steps || a.unit - b.unit)
    .slice(0, count)
}

/** `0.83`, `12.4`, `230` */
export const steps = (count: number): string => (count < 100 ? count.toPrecision(2) : count.toFixed(0))
