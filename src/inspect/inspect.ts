/**
 * Everything about one text in one document: what the cells did, what they remember, what is predicted and why.
 */
import { OptionError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { requireObject } from '../models/option-table.ts'
import { requireFunction } from '../models/train-arguments.ts'
import { firingOver } from './firing.ts'
import { gradientOf } from './gradient.ts'
import { type Change, changed, wordsOf } from './interventions.ts'
import { halfLifeOf, ledgerOf, requireToken } from './ledger.ts'
import { type PredictionsOptions, predictionsOf } from './predictions.ts'
import { type RecordedLayer, recordReading } from './record.ts'
import type { InspectedLayer, InspectedPrediction, InspectionReport, Intervention, UnitOfLayer } from './report.ts'
import { isClassifier, type Reading, readingOf, type Subject, unknownPlaces } from './subject.ts'

export interface InspectOptions {
  /** Token after which the ledgers are drawn up, from 0. @default the last one */
  readonly at?: number | undefined
  /** Each is tried by itself. @default none */
  readonly changes?: readonly Change[]
  /** Texts over which to look for where units fire, and those units. */
  readonly over?: {
    readonly texts: Iterable<string> | AsyncIterable<string>
    readonly units: readonly UnitOfLayer[]
    readonly quantity?: string | undefined
  }
  readonly signal?: AbortSignal | undefined
  /** Called now and then. @param stage  What is under way. @param done  Share of it, 0 to 1; texts, when firing. */
  readonly onProgress?: ((stage: string, done: number) => void) | undefined
}

/**
 * Reads a text with a model and tells what can be told.
 *
 *     const changes = [{ kind: 'without', quantity: 'outputGate' }]
 *     const report = await inspect(model, 'the plot is thin', { changes })
 *
 * @param model  A `TextClassifier` or a `LanguageModel`; it is not changed.
 * @throws {OptionError} a change names what is not there or leaves the finite numbers, or `at` is no token.
 * @throws the signal's reason, when it is aborted.
 */
export async function inspect(model: Subject, text: string, options: InspectOptions = {}): Promise<InspectionReport> {
  requireObject('inspect', options)
  requireFunction('onProgress', options.onProgress)
  const { at, changes = [], over, signal, onProgress = () => {} } = options
  const reading = readingOf(model, text)
  if (!Array.isArray(changes)) {
    throw new OptionError(`changes: expected an array of changes, got ${shown(changes)}. Put the one in brackets.`)
  }
  if (at !== undefined) requireToken('at', at, reading.tokens.length)
  // All that can be wrong with what was asked for is found before the work begins.
  const altered = changes.map(change => ({ change, ...changed(model, reading, change) }))
  const telling = (stage: string): PredictionsOptions => ({ signal, onProgress: done => onProgress(stage, done) })
  const layers = recordReading(model, reading).map(layer => inspectedLayer(layer, at))
  const predictions = await predictionsOf(model, reading, telling('predictions'))
  const prediction = predictions[predictions.length - 1]
  const interventions: Intervention[] = []
  for (const { change, subject, reading: read } of altered) {
    interventions.push(await predictedUnder(change, subject, read, telling(wordsOf(change))))
  }
  const firing = over && (await firingOver(model, over.units, over.texts, { ...telling('texts'), ...over }))
  return {
    task: isClassifier(model) ? 'classifier' : 'language-model',
    text,
    tokens: reading.tokens,
    unknown: unknownPlaces(reading),
    layers,
    prediction,
    predictions,
    gradient: gradientOf(model, reading, answerOf(model, prediction)),
    interventions,
    ...(firing && { firing }),
  }
}

/** @throws {OptionError} under it, numbers grow beyond 32 bits: a memory that a number above 1 multiplies does. */
async function predictedUnder(
  change: Change,
  subject: Subject,
  reading: Reading,
  options: PredictionsOptions,
): Promise<Intervention> {
  const predictions = await predictionsOf(subject, reading, options)
  const words = wordsOf(change)
  const token = predictions.findIndex(({ probability }) => !Number.isFinite(probability))
  if (token < 0) return { change: words, prediction: predictions[predictions.length - 1], predictions }
  throw new OptionError(
    `${change.kind}: expected a change under which numbers stay finite, got ${shown(words)}, which they do not ` +
      `from token ${token} on. Try a smaller number, or another function.`,
  )
}

/** A recorded layer with its ledger and half-lives. @param at  @default the last token */
export function inspectedLayer(recorded: RecordedLayer, at?: number): InspectedLayer {
  const { paths: _paths, ...layer } = recorded
  return {
    ...layer,
    ledger: ledgerOf(recorded, at === undefined ? {} : { at }),
    halfLife: halfLifeOf(recorded),
  }
}

/** The number of what was predicted. */
export function answerOf(subject: Subject, prediction: InspectedPrediction): number {
  if ('label' in prediction) return isClassifier(subject) ? subject.labels.indexOf(prediction.label) : -1
  return subject.encoder.vocabulary.idOf(prediction.token)
}

/** The prediction for a text under one change. @throws {OptionError} as `inspect` */
export async function intervene(
  model: Subject,
  text: string,
  change: Change,
  options: PredictionsOptions = {},
): Promise<Intervention & { readonly reading: Reading }> {
  const { subject, reading } = changed(model, readingOf(model, text), change)
  return { ...(await predictedUnder(change, subject, reading, options)), reading }
}
