/** A table of texts and labels becomes a trained classifier: what `TextClassifier.train` does. */
import type { LabelledText } from '../data/examples.ts'
import { type EpochResult, train } from '../training/loop.ts'
import { ClassificationTask } from './classification-task.ts'
import type { ClassifierNetwork } from './classifier-network.ts'
import { type PreparedClassifier, prepareClassifier } from './classifier-preparation.ts'
import type { TrainOptions } from './classifier-training-options.ts'
import type { ClassifierParts, TrainingSummary } from './text-classifier-file.ts'

/** @returns The parts of the model of the best epoch, and what each epoch came to. */
export async function trainClassifier(rows: readonly LabelledText[], options: TrainOptions) {
  const { run } = await preparedTraining(rows, options)
  return run()
}

/**
 * A training before its first step: what is trained, which changes as it runs, and how it is run. For who wants to look
 * at the model while it learns.
 */
export async function preparedTraining(rows: readonly LabelledText[], options: TrainOptions) {
  const prepared = await prepareClassifier(rows, options)
  const { network, encoder, labels, settings, coded } = prepared
  /** The model as it would be saved, were `best` the last epoch. */
  const partsAt = (
    epochs: number,
    { epoch, loss, validation }: ClassifierEpoch,
  ): ClassifierParts<ClassifierNetwork> => {
    const summary: TrainingSummary = {
      options: settings,
      examples: coded.training.length,
      validationExamples: coded.validation.length,
      cutTexts: [...coded.training, ...coded.validation].filter(row => row.isCut).length,
      epochs,
      best: { epoch, loss, validation },
    }
    return { network, encoder, labels, summary, columns: options.columns ?? null }
  }
  return {
    network,
    encoder,
    labels,
    stepsAnEpoch: Math.ceil(coded.training.length / (settings.batch * settings.accumulate)),
    partsAt,
    async run() {
      const { epochs, best } = await runLoop(prepared, rows, options)
      return { parts: partsAt(epochs.length, best), epochs }
    },
  }
}

type ClassifierEpoch = Omit<EpochResult<{ readonly loss: number; readonly accuracy: number }>, 'seconds'>

async function runLoop(prepared: PreparedClassifier, rows: readonly LabelledText[], options: TrainOptions) {
  const { network, labels, settings, loop, parameters, coded } = prepared
  const task = new ClassificationTask(network, parameters, labels, coded, settings)
  const saving =
    options.checkpoint || options.resume
      ? (await import('./classifier-checkpoints.ts')).classifierCheckpoints(prepared, rows, options)
      : {}
  return train(task, { ...loop, ...saving, signal: options.signal, onProgress: options.onProgress })
}
