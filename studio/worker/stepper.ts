/** One cell, step by step: what the views that walk through a text ask of the worker. */
import type { Equations } from '../../src/formula/equations.ts'
import { rootsOf } from '../../src/formula/equations.ts'
import { type Expression, topological } from '../../src/formula/expression.ts'
import { withoutMasks } from '../../src/formula/without-masks.ts'
import { answerOf } from '../../src/inspect/inspect.ts'
import { type Change, changed } from '../../src/inspect/interventions.ts'
import { oneStepOf } from '../../src/inspect/one-step.ts'
import { predictionsOf } from '../../src/inspect/predictions.ts'
import { initialStates, nameOfState, type RecordedLayer, recordReading } from '../../src/inspect/record.ts'
import type { InspectedPrediction } from '../../src/inspect/report.ts'
import { type StepGradients, stepGradientsOf } from '../../src/inspect/step-gradients.ts'
import { type Reading, readingOf, type Subject, unknownPlaces } from '../../src/inspect/subject.ts'
import { layerSuffix } from '../../src/layers/recurrent-weights.ts'
import type { Answers, Work } from './protocol.ts'
import type { Session } from './session.ts'

export interface WalkAsk {
  readonly text: string
  /** All at once. */
  readonly changes: readonly Change[]
  /** Counts the models opened, so that another model is another question. */
  readonly opening: number
}

export interface WalkLayer {
  readonly layer: number
  readonly direction: 'forward' | 'backward'
  readonly hidden: number
  /** Quantities and states, [T · units] each. */
  readonly values: Readonly<Record<string, Float32Array>>
  /** Of log p of what is predicted, the same way; null for a text too long for it. */
  readonly gradients: Readonly<Record<string, Float32Array>> | null
  /** What the states begin with, [units]. */
  readonly initial: Readonly<Record<string, readonly number[]>>
  /** Numbers in its weights. */
  readonly weights: number
}

export interface WalkAnswer {
  readonly cell: Equations
  /** Every node of its equations; steps count by their places. The same objects as in `cell`. */
  readonly nodes: readonly Expression[]
  readonly tokens: readonly string[]
  readonly unknown: readonly number[]
  readonly layers: readonly WalkLayer[]
  /** [T] */
  readonly predictions: readonly InspectedPrediction[]
  /** Index of `cell.quantities` a state goes by. */
  readonly stateNames: Readonly<Record<string, string>>
}

/** One step, by node: see `src/inspect/one-step.ts`. */
export interface WalkStep {
  readonly values: readonly Float64Array[]
  readonly products: readonly (Float64Array | null)[]
  readonly flows: readonly (readonly (Float64Array | null)[])[] | null
  readonly gradients: readonly (Float64Array | null)[] | null
}

/** Longer texts are shown without what flows back: a tape of so many steps fills a page's memory. */
const TOKENS_WITH_GRADIENTS = 400

interface Walked {
  readonly subject: Subject
  readonly reading: Reading
  readonly recorded: readonly RecordedLayer[]
  readonly predictions: readonly InspectedPrediction[]
  readonly gradients: readonly StepGradients[] | null
}

const KEPT = 4
const kept = new WeakMap<Session, Map<string, Walked>>()

async function walked(session: Session, { text, changes, opening }: WalkAsk, signal: AbortSignal): Promise<Walked> {
  const known = kept.get(session) ?? new Map<string, Walked>()
  kept.set(session, known)
  const key = JSON.stringify([opening, text, changes])
  const found = known.get(key)
  if (found) return found
  let subject: Subject = session.model
  let reading = readingOf(subject, text)
  for (const change of changes) ({ subject, reading } = changed(subject, reading, change))
  const recorded = recordReading(subject, reading)
  const predictions = await predictionsOf(subject, reading, { signal })
  const isShort = reading.ids.length <= TOKENS_WITH_GRADIENTS
  const answer = answerOf(subject, predictions[predictions.length - 1])
  const gradients = isShort ? stepGradientsOf(subject, reading, answer) : null
  const made = { subject, reading, recorded, predictions, gradients }
  known.set(key, made)
  for (const old of [...known.keys()].slice(0, -KEPT)) known.delete(old)
  return made
}

export const stepperAnswers = {
  /** A whole text. */
  async walk(ask: WalkAsk, { session, signal }: Work): Promise<WalkAnswer> {
    const { subject, reading, recorded, predictions, gradients } = await walked(session, ask, signal)
    const cell = withoutMasks(subject.network.cell)
    const { state, quantities, output, first, blocks, parameters, parameterValues } = cell
    const states = Object.keys(state)
    return {
      cell: { state, quantities, output, first, blocks, parameters, parameterValues },
      nodes: topological(rootsOf(cell)),
      tokens: reading.tokens,
      unknown: unknownPlaces(reading),
      layers: recorded.map((layer, k) => walkLayer(subject, layer, gradients?.[k] ?? null)),
      predictions,
      stateNames: Object.fromEntries(states.map(s => [s, nameOfState(cell, s)])),
    }
  },

  /** One step of one layer. @param layer  Index among layers and directions. */
  async step({ layer, at, ...ask }: WalkAsk & { layer: number; at: number }, work: Work): Promise<WalkStep> {
    const { subject, reading, recorded, gradients } = await walked(work.session, ask, work.signal)
    const step = oneStepOf(subject, reading, { index: layer, at, recorded, gradients: gradients ?? undefined })
    const { values, products, flows, gradients: of } = step
    return { values, products, flows, gradients: of }
  },
} satisfies Answers

function walkLayer(subject: Subject, recorded: RecordedLayer, gradients: StepGradients | null): WalkLayer {
  const { layer, direction, hidden, quantities } = recorded
  const suffix = layerSuffix(layer, direction === 'forward' ? 0 : 1)
  const { cell } = subject.network
  const initial = initialStates(subject)
  const own = [...subject.network.parameters()].filter(([name]) => name.startsWith('rnn.') && name.endsWith(suffix))
  const flat = (rows: readonly (readonly number[])[]) => Float32Array.from(rows.flat())
  return {
    layer,
    direction,
    hidden,
    values: Object.fromEntries(Object.entries(quantities).map(([name, { values }]) => [name, flat(values)])),
    gradients: gradients && mapped(gradients.quantities, flat),
    initial: Object.fromEntries(Object.keys(cell.state).map(s => [s, initial(suffix, s, hidden)])),
    weights: own.reduce((sum, [, t]) => sum + t.shape.reduce((product, size) => product * size, 1), 0),
  }
}

const mapped = <A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]))
