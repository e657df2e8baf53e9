/** A table of texts and labels becomes a trained classifier: what `TextClassifier.train` does. */
import type { LabelledText } from '../data/examples.ts'
import { train } from '../training/loop.ts'
import { readCheckpoint, stateToResume, writeCheckpoint } from './checkpoint-file.ts'
import { ClassificationTask } from './classification-task.ts'
import { prepareClassifier } from './classifier-preparation.ts'
import type { TrainOptions } from './classifier-training-options.ts'
import { loopSettings } from './loop-settings.ts'
import type { ClassifierParts, TrainingSummary } from './text-classifier-file.ts'

/** @returns The parts of the model of the best epoch, and what each epoch came to. */
export async function trainClassifier(rows: readonly LabelledText[], options: TrainOptions) {
  const { network, encoder, labels, settings, parameters, coded, identity } = await prepareClassifier(rows, options)
  const task = new ClassificationTask(network, parameters, labels, coded, settings)
  const loop = loopSettings(settings)
  const { checkpoint, resume } = options
  const result = await train(task, {
    ...loop,
    signal: options.signal,
    onProgress: options.onProgress,
    checkpoint: checkpoint && {
      everySeconds: checkpoint.everySeconds,
      save: (state, isFinished) => checkpoint.save(writeCheckpoint({ identity, state }, isFinished)),
    },
    resume: resume && stateToResume(readCheckpoint(resume), identity, parameters, loop.optimizer.memory),
  })
  const summary: TrainingSummary = {
    options: settings,
    examples: coded.training.length,
    validationExamples: coded.validation.length,
    cutTexts: [...coded.training, ...coded.validation].filter(row => row.isCut).length,
    epochs: result.epochs.length,
    best: { epoch: result.best.epoch, loss: result.best.loss, validation: result.best.validation },
  }
  const parts: ClassifierParts = { network, encoder, labels, summary, columns: options.columns ?? null }
  return { parts, epochs: result.epochs }
}
