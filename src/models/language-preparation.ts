/**
 * Everything of a language model's training that comes before its first step: options, ids, first weights.
 */
import { equationsToDocument } from '../cells/equations-document.ts'
import type { Device } from '../devices/device.ts'
import { sha256 } from '../formats/sha256.ts'
import { stateWidth } from '../formula/equations.ts'
import { recurrentFloatsPerToken } from '../layers/recurrent-memory.ts'
import { drawn, type WeightSource } from '../layers/weight-source.ts'
import { defaultDevice, tensor } from '../tensor/index.ts'
import { nameOf } from './cell-settings.ts'
import type { RunIdentity } from './checkpoint-file.ts'
import { hashOfVectors, requireWidth, sourceWithVectors } from './first-vectors.ts'
import { LANGUAGE_MODEL_TASK } from './language-model-file.ts'
import { completeLanguageOptions, type LanguageModelOptions } from './language-model-options.ts'
import { LanguageNetwork, type LanguageNetworkSizes } from './language-network.ts'
import { layoutOf } from './language-task.ts'
import { type CodedText, codedText, type LanguageText } from './language-text.ts'
import type { LanguageTrainOptions, TrainedLanguageModel } from './language-training-options.ts'
import { layerSizes } from './layer-sizes.ts'
import { loopSettings } from './loop-settings.ts'
import { requireRoom, shapesOf } from './memory-estimate.ts'
import { modelCell } from './model-cell.ts'
import { withSettled } from './settled-options.ts'
import { requireTrainArguments } from './train-arguments.ts'

const WHERE = 'LanguageModel.train'

/** Options that a trained model has settled; going on from it with others makes no sense. */
const SETTLED = [
  'tokens',
  'language',
  'lowercase',
  'lineEnd',
  'cell',
  'embedding',
  'hidden',
  'layers',
  'tieWeights',
  'activation',
  'gateActivation',
  'initialState',
  'recurrentDropout',
  'zoneout',
  'initialization',
  'forgetBias',
] as const satisfies readonly (keyof LanguageModelOptions)[]

/** Checked options, coded text, a network with its first weights, and what a checkpoint of it is of. */
export async function prepareLanguageModel(text: LanguageText, options: LanguageTrainOptions) {
  requireTrainArguments(options)
  const { from, validationText, subwords, signal, freezeVectors = false, device = defaultDevice() } = options
  const { given, cell } = chosenOptions(options)
  const widthOf = (hidden: number) => stateWidth(cell, cell.output, hidden)
  const reading = { validationText, subwords, from: from?.encoder, signal }
  const coded = await codedText(text, completeLanguageOptions(WHERE, given, { widthOf }), reading)
  const vectors = (await options.vectors?.(coded.encoder.vocabulary)) ?? null
  if (vectors) requireWidth(given.embedding, vectors)
  const settings = completeLanguageOptions(
    WHERE,
    { ...given, ...(vectors && { embedding: vectors.dimensions }) },
    { widthOf, tokens: coded.training.length },
  )
  const sizes: LanguageNetworkSizes = {
    vocabulary: coded.encoder.vocabulary.size,
    embedding: settings.embedding,
    hidden: layerSizes(settings.hidden, settings.layers),
    initialState: settings.initialState,
    tieWeights: settings.tieWeights,
  }
  const make = (source: WeightSource) => new LanguageNetwork(cell, sizes, source, settings)
  const { batch, unroll } = layoutOf(coded.training.length, settings)
  requireRoom(
    {
      shapes: [...shapesOf(make, device).values()],
      optimizerMatrices: loopSettings(settings).optimizer.memory.length,
      lengths: new Array<number>(batch).fill(unroll),
      batch,
    },
    floatsPerToken(cell, sizes),
    device,
  )
  const first = vectors ? sourceWithVectors(vectors, coded.encoder.vocabulary, freezeVectors, device) : drawn(device)
  const network = make(from ? weightsOf(from, device) : first)
  const identity: RunIdentity = {
    task: LANGUAGE_MODEL_TASK,
    options: {
      ...asJson(settings),
      from: from ? sha256(from.toBytes()) : null,
      vectors: vectors ? hashOfVectors(vectors) : null,
      freezeVectors,
    },
    cell: asJson(equationsToDocument(cell)),
    data: hashOf(coded),
    arithmetic: device.arithmetic,
  }
  const parameters = new Map([...network.parameters()].filter(([, t]) => t.requiresGradient))
  return { network, settings, coded, identity, parameters }
}

/**
 * The options as given, and the cell.
 *
 * @throws {OptionError} one is unknown, out of range, or other than the model's to go on from.
 */
function chosenOptions(options: LanguageTrainOptions) {
  const { from, validationText: _v, subwords: _w, device: _d, cell, ...rest } = options
  const { vectors: _f, freezeVectors: _z, checkpoint: _k, resume: _e, onProgress: _p, signal: _s, ...named } = rest
  const given: Record<string, unknown> = {
    ...named,
    ...(cell !== undefined && { cell: nameOf(cell) }),
  }
  const chosen = from ? withSettled(SETTLED, from.summary.options, given) : given
  const settings = completeLanguageOptions(WHERE, chosen)
  return { given: chosen, cell: from ? from.network.cell : modelCell(options.cell ?? settings.cell, settings) }
}

/** The model's weights; rows of new tokens, which stand behind the old ones, are drawn. */
function weightsOf({ network }: TrainedLanguageModel, device: Device): WeightSource {
  const weights = network.parameters()
  return (name, shape, draw) => {
    const values = draw()
    values.set(weights.get(name)?.toArray() ?? [])
    return tensor(values, shape, { device, requiresGradient: true })
  }
}

/** Kept for the backward pass: the vectors, what the recurrent layers keep, logits and their gradient. */
function floatsPerToken(cell: LanguageNetwork['cell'], { embedding, hidden, vocabulary }: LanguageNetworkSizes) {
  const sizes = { inputSize: embedding, hiddenSizes: hidden, directions: 1, isConcatenated: true } as const
  return embedding + recurrentFloatsPerToken(cell, sizes) + 2 * vocabulary
}

function hashOf({ encoder, training, validation }: CodedText): string {
  const { settings } = encoder.tokenizer
  const words = new globalThis.TextEncoder().encode(JSON.stringify([settings, encoder.vocabulary.tokens]))
  const bytes = (ids: Int32Array) => sha256(new Uint8Array(ids.buffer, ids.byteOffset, ids.byteLength))
  return sha256(new globalThis.TextEncoder().encode([sha256(words), bytes(training), bytes(validation)].join(' ')))
}

const asJson = (value: unknown) => JSON.parse(JSON.stringify(value))
