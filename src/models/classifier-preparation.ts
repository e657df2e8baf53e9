/**
 * Everything of a classifier's training that comes before its first step: options, rows, words, first weights.
 */
import type { Cell } from '../cells/define.ts'
import { loadCell } from '../cells/load.ts'
import type { LabelledText } from '../data/examples.ts'
import type { Device } from '../devices/device.ts'
import { stateWidth } from '../formula/equations.ts'
import { recurrentFloatsPerToken } from '../layers/recurrent-memory.ts'
import { drawn, type WeightSource } from '../layers/weight-source.ts'
import { defaultDevice } from '../tensor/index.ts'
import { type CellSettings, isRewritten, nameOf } from './cell-settings.ts'
import { codedRows } from './classification-task.ts'
import type { NetworkSizes } from './classifier-forward.ts'
import { ClassifierNetwork } from './classifier-network.ts'
import type { TrainOptions } from './classifier-training-options.ts'
import { dividedRows, labelsOf, requireKnownLabels } from './labelled-rows.ts'
import { layerSizes } from './layer-sizes.ts'
import { loadedLoopSettings } from './loaded-loop-settings.ts'
import { requireRoom, shapesOf } from './memory-estimate.ts'
import { completeClassifierOptions, type TextClassifierOptions } from './text-classifier-options.ts'
import { textEncoderOf } from './text-encoder-making.ts'

/** Checked options, divided and coded rows, and a network with its first weights. */
export async function prepareClassifier(rows: readonly LabelledText[], options: TrainOptions) {
  const before = await preparedTexts(rows, options)
  const { from, device = defaultDevice() } = options
  const { encoder, labels, settings, vectorHash, training, validation } = before
  const coded = {
    training: codedRows(training, encoder, labels),
    validation: codedRows(validation, encoder, labels),
  }
  const cell = from ? from.network.cell : await cellOf(options.cell ?? settings.cell, settings)
  const sizes = networkSizes(settings, encoder.vocabulary.size, labels.length)
  const make = (source: WeightSource) => new ClassifierNetwork(cell, sizes, source, settings)
  const shapes = [...shapesOf(make, device).values()]
  const lengths = coded.training.map(row => row.ids.length)
  const loop = await loadedLoopSettings(settings)
  requireRoom(
    { shapes, optimizerMatrices: loop.optimizer.memory.length, lengths, batch: settings.batch },
    floatsPerToken(cell, sizes),
    device,
  )
  const network = make(await sourceOf(before, options, device))
  const parameters = new Map([...network.parameters()].filter(([, t]) => t.requiresGradient))
  return { network, encoder, labels, settings, loop, parameters, coded, vectorHash, arithmetic: device.arithmetic }
}

export type PreparedClassifier = Awaited<ReturnType<typeof prepareClassifier>>

/** @throws {OptionError} there is no such cell, or it cannot be rewritten as the settings say. */
async function cellOf(cell: string | Cell, settings: CellSettings): Promise<Cell> {
  const given = typeof cell === 'string' ? await loadCell(cell) : cell
  return isRewritten(settings) ? (await import('./rewritten-cell.ts')).rewrittenCell(given, settings) : given
}

type PreparedTexts = Awaited<ReturnType<typeof preparedTexts>>

async function preparedTexts(rows: readonly LabelledText[], options: TrainOptions) {
  // Whatever few trainings use is loaded by those.
  if (!isPlain(options)) (await import('./train-arguments.ts')).requireTrainArguments(options)
  const { from } = options
  const start = from && (await import('./classifier-start.ts'))
  const given = tableOptions(options)
  const chosen = completeClassifierOptions(from && start ? start.optionsFrom(from, given) : given)
  const { training, validation } = dividedRows(rows, options.validationRows, chosen)
  const labels = from ? [...new Set([...from.labels, ...training.map(r => r.label)])].sort() : labelsOf(training)
  requireKnownLabels(validation, labels, 'validation')
  const texts = training.map(r => r.text)
  const encoder =
    from && start
      ? start.encoderFrom(from, texts, chosen)
      : await textEncoderOf(texts, chosen, options.subwords, options.signal)
  const vectors = (await options.vectors?.(encoder.vocabulary)) ?? null
  const common = { encoder, labels, training, validation }
  if (!vectors) return { ...common, settings: chosen, vectors, vectorHash: null }
  const { requireWidth, hashOfVectors } = await import('./first-vectors.ts')
  requireWidth(given.embedding, vectors)
  const settings = { ...chosen, embedding: vectors.dimensions }
  return { ...common, settings, vectors, vectorHash: hashOfVectors(vectors) }
}

/** Whether there is nothing to check besides the options of the table. */
function isPlain(options: TrainOptions): boolean {
  const { from, vectors, freezeVectors, subwords, checkpoint, onProgress = isPlain } = Object(options)
  const few = from !== undefined || vectors || freezeVectors || subwords || checkpoint
  return Object(options) === options && !few && typeof onProgress === 'function'
}

/** The options that the table knows, or refuses. */
function tableOptions(options: TrainOptions): Record<string, unknown> {
  const { from: _f, vectors: _v, freezeVectors: _z, validationRows: _r, device: _d, ...rest } = options
  const { columns: _c, checkpoint: _k, resume: _e, onProgress: _p, signal: _s, subwords: _w, cell, ...given } = rest
  return { ...given, ...(cell !== undefined && { cell: nameOf(cell) }) }
}

async function sourceOf(
  { labels, encoder, vectors }: PreparedTexts,
  { from, freezeVectors }: TrainOptions,
  device: Device,
): Promise<WeightSource> {
  if (from) return (await import('./classifier-start.ts')).sourceFrom(from, labels, device)
  if (!vectors) return drawn(device)
  const { sourceWithVectors } = await import('./first-vectors.ts')
  return sourceWithVectors(vectors, encoder.vocabulary, freezeVectors === true, device)
}

function networkSizes(settings: TextClassifierOptions, vocabulary: number, classes: number): NetworkSizes {
  const hidden = layerSizes(settings.hidden, settings.layers)
  const { embedding, bidirectional, merge, initialState, pooling } = settings
  return { vocabulary, embedding, hidden, bidirectional, merge, initialState, pooling, classes }
}

/** Rows as wide as the output that the way back through a pooling needs at once, at the least. */
const POOLING_ROWS = { last: 0, mean: 0, max: 3, attention: 0 } as const

/** Kept for the backward pass: the vectors, what the recurrent layers keep, and what pooling needs. */
function floatsPerToken(cell: Cell, { embedding, hidden, bidirectional, merge, pooling }: NetworkSizes): number {
  const directions = bidirectional ? 2 : 1
  const isConcatenated = merge === 'concat'
  const sizes = { inputSize: embedding, hiddenSizes: hidden, directions, isConcatenated } as const
  const width = stateWidth(cell, cell.output, hidden[hidden.length - 1]) * (isConcatenated ? directions : 1)
  return embedding + recurrentFloatsPerToken(cell, sizes) + POOLING_ROWS[pooling] * width
}
