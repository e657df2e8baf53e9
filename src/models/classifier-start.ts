/**
 * A classifier's training that starts from a trained model.
 */
import type { Device } from '../devices/device.ts'
import { ModelFileError } from '../errors/errors.ts'
import type { WeightSource } from '../layers/weight-source.ts'
import { flatTensor } from '../tensor/create.ts'
import { countTokens, Vocabulary } from '../text/vocabulary.ts'
import { completeOptions } from './option-table.ts'
import { withSettled } from './settled-options.ts'
import type { ClassifierParts } from './text-classifier-file.ts'
import { type TextClassifierOptions, textClassifierOptions } from './text-classifier-options.ts'
import { TextEncoder } from './text-encoder.ts'

/** Options that a trained model has settled; going on from it with others makes no sense. */
const SETTLED = [
  'tokens',
  'language',
  'lowercase',
  'maxTokens',
  'cell',
  'embedding',
  'hidden',
  'layers',
  'activation',
  'gateActivation',
  'initialState',
  'bidirectional',
  'merge',
  'pooling',
  // These two are in the equations, and zoneout acts when predicting, too.
  'recurrentDropout',
  'zoneout',
  // How weights begin that are there already.
  'initialization',
  'forgetBias',
] as const satisfies readonly (keyof TextClassifierOptions)[]

/**
 * The options of a training that goes on from a model: what is not given is the model's.
 *
 * @throws {OptionError} one is given that the model has settled otherwise.
 */
export const optionsFrom = (from: ClassifierParts, given: Readonly<Record<string, unknown>>) =>
  withSettled(SETTLED, storedOptions(from), given)

function storedOptions({ summary }: ClassifierParts): TextClassifierOptions {
  try {
    return completeOptions('model file, training.options', textClassifierOptions, { ...summary.options })
  } catch (cause) {
    throw new ModelFileError(`${(cause as Error).message} The file is damaged or was changed by hand.`, { cause })
  }
}

/** The model's encoder with the new texts' frequent words after its own. */
export function encoderFrom(
  from: ClassifierParts,
  texts: readonly string[],
  settings: TextClassifierOptions,
): TextEncoder {
  const { tokenizer, vocabulary } = from.encoder
  const counts = countTokens(texts.map(text => tokenizer.tokens(text)))
  const fresh = [...counts]
    .filter(([token, count]) => count >= settings.minimumCount && !vocabulary.has(token))
    .sort((a, b) => b[1] - a[1])
    .slice(0, Math.max(0, settings.vocabulary - vocabulary.size))
  return new TextEncoder(tokenizer, new Vocabulary([...vocabulary.tokens, ...fresh.map(([token]) => token)]))
}

/** The model's weights; rows of new words and labels are drawn. */
export function sourceFrom(from: ClassifierParts, labels: readonly string[], device: Device): WeightSource {
  const weights = from.network.parameters()
  return (name, shape, draw) => {
    const values = draw()
    const old = weights.get(name)
    if (old) {
      const before = old.toArray()
      if (name.startsWith('linear.'))
        copyRows(
          values,
          before,
          labels.map(label => from.labels.indexOf(label)),
          shape[1] ?? 1,
        )
      // New words stand behind the old ones.
      else values.set(before)
    }
    return flatTensor(values, shape, { device, requiresGradient: true })
  }
}

/** @param rows  For each row of the target the row of the source, or −1. */
function copyRows(target: Float32Array, source: ArrayLike<number>, rows: readonly number[], width: number): void {
  rows.forEach((from, to) => {
    for (let j = 0; from >= 0 && j < width; j++) target[to * width + j] = source[from * width + j]
  })
}
