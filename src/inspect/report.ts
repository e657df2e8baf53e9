/**
 * The document of an inspection, as `sluice inspect --json` writes it and the studio reads it: the one place where its
 * fields stand. Definitions and formulas: docs/inspection.md.
 *
 * Tokens are in reading order, and what belongs to a token stands at its place, in both directions. The types are plain
 * data: a report goes through `JSON.stringify` and `postMessage` as it is.
 */
import type { RecordedQuantity } from './record.ts'

export type { RecordedQuantity } from './record.ts'

export interface InspectionReport {
  readonly task: 'classifier' | 'language-model'
  readonly text: string
  /** [T], T ≥ 1. */
  readonly tokens: readonly string[]
  /** Places of the tokens that the model's vocabulary has not. */
  readonly unknown: readonly number[]
  /** Layer by layer, the forward direction first. */
  readonly layers: readonly InspectedLayer[]
  /** Of the whole text. */
  readonly prediction: InspectedPrediction
  /** [T]; at t that of the text cut after token t. */
  readonly predictions: readonly InspectedPrediction[]
  /** [T]; at t the L2 norm of ∂ log p / ∂ embedding of token t, p the probability of what is predicted for the text. */
  readonly gradient: readonly number[]
  readonly interventions: readonly Intervention[]
  /** Only where it was asked for: where else units fire. */
  readonly firing?: readonly Firing[]
}

export interface InspectedLayer {
  /** From 0. */
  readonly layer: number
  readonly direction: 'forward' | 'backward'
  /** The cell's name. */
  readonly cell: string
  /** Hidden units. */
  readonly hidden: number
  /** The cell's named quantities and its states, by name. */
  readonly quantities: Readonly<Record<string, RecordedQuantity>>
  /** Of the first state that has one; null: the cell keeps nothing by a direct path. */
  readonly ledger: Ledger | null
  /** In steps, of that state's units, [H]; null for a unit whose mean gate is ≥ 1 or ≤ 0. */
  readonly halfLife: readonly (number | null)[] | null
}

/** How much of what each step wrote is still in a state, by the direct path. */
export interface Ledger {
  readonly state: string
  /** The token after which the state is looked at, from 0. */
  readonly at: number
  /** [T][H]; zeros at tokens that the direction reads only after `at`. */
  readonly contributions: readonly (readonly number[])[]
  /** What is left of the initial state, [H]. */
  readonly initial: readonly number[]
  /** [T]; with `initialShare` they add up to 1 (a state of zeros alone: all are 0). */
  readonly shares: readonly number[]
  readonly initialShare: number
  /** max|state − sum of contributions and initial| / max|state|. */
  readonly residual: number
}

export type InspectedPrediction = LabelPrediction | TokenPrediction

/** Of a classifier. */
export interface LabelPrediction {
  readonly label: string
  readonly probability: number
  readonly probabilities: Readonly<Record<string, number>>
}

/** Of a language model. Probabilities are over the whole vocabulary, the unknown token too. */
export interface TokenPrediction {
  /** The token that came next; after the last one the most probable. */
  readonly token: string
  readonly probability: number
  /** The ten most probable, the first one first. */
  readonly top: readonly { readonly token: string; readonly probability: number }[]
}

export interface Intervention {
  /** In words: `clamp forgetGate=0.5`, `activation forgetGate=relu`, `without outputGate`, `edit 3=bad`. */
  readonly change: string
  readonly prediction: InspectedPrediction
  /** As `predictions` of the report. */
  readonly predictions: readonly InspectedPrediction[]
}

/** One unit of one layer and direction. */
export interface UnitOfLayer {
  readonly layer: number
  readonly direction: 'forward' | 'backward'
  readonly unit: number
}

export interface Firing extends UnitOfLayer {
  readonly quantity: string
  /** Tokens that were looked at. */
  readonly tokens: number
  /** The largest in size first; of equal ones the first. */
  readonly places: readonly FiringPlace[]
}

export interface FiringPlace {
  /** Of the texts, from 0, and the token in it. */
  readonly text: number
  readonly index: number
  readonly value: number
  /** The token, and what stands before and after it, at most eight each. */
  readonly token: string
  readonly before: readonly string[]
  readonly after: readonly string[]
}
