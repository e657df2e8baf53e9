/** A table of texts and labels becomes a trained classifier: what `TextClassifier.train` does. */
import type { LabelledText } from '../data/examples.ts'
import { type EpochResult, train } from '../training/loop.ts'
import { ClassificationTask } from './classification-task.ts'
import type { ClassifierNetwork } from './classifier-network.ts'
import { prepareClassifier } from './classifier-preparation.ts'
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
      const { epochs, best } = await runLoop(prepared, options)
      return { parts: partsAt(epochs.length, best), epochs }
    },
  }
}

type Prepared = Awaited<ReturnType<typeof prepareClassifier>>
type ClassifierEpoch = Omit<EpochResult<{ readonly loss: number; readonly accuracy: number }>, 'seconds'>

async function runLoop(
  { network, labels, settings, loop, parameters, coded, identity }: Prepared,
  options: TrainOptions,
) {
  const task = new ClassificationTask(network, parameters, labels, coded, settings)
  const { checkpoint, resume } = options
  const file = checkpoint || resume ? await import('./checkpoint-file.ts') : undefined
  return train(task, {
    ...loop,
    signal: options.signal,
    onProgress: options.onProgress,
    checkpoint: checkpoint &&
      file && {
        everySeconds: checkpoint.everySeconds,
        save: (state, isFinished) => checkpoint.save(file.writeCheckpoint({ identity, state }, isFinished)),
      },
    resume: resume && file?.stateToResume(file.readCheckpoint(resume), identity, parameters, loop.optimizer.memory),
  })
}
