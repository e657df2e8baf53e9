/** The checkpoints of a classifier's training; loaded by trainings that save some or go on from one. */
import { equationsToDocument } from '../cells/equations-document.ts'
import type { LabelledText } from '../data/examples.ts'
import { sha256 } from '../formats/sha256.ts'
import type { LoopOptions } from '../training/loop.ts'
import { type RunIdentity, readCheckpoint, stateToResume, writeCheckpoint } from './checkpoint-file.ts'
import type { PreparedClassifier } from './classifier-preparation.ts'
import type { TrainOptions } from './classifier-training-options.ts'
import { CLASSIFIER_TASK, writeClassifier } from './text-classifier-file.ts'

/**
 * What the training loop gets of it.
 *
 * @throws {ModelFileError} the checkpoint to go on from is damaged, or of another training.
 */
export function classifierCheckpoints(
  prepared: PreparedClassifier,
  rows: readonly LabelledText[],
  options: TrainOptions,
): Pick<LoopOptions, 'checkpoint' | 'resume'> {
  const { checkpoint, resume } = options
  const { parameters, loop } = prepared
  const identity = classifierIdentity(prepared, rows, options)
  return {
    checkpoint: checkpoint && {
      everySeconds: checkpoint.everySeconds,
      save: (state, isFinished) => checkpoint.save(writeCheckpoint({ identity, state }, isFinished)),
    },
    resume: resume && stateToResume(readCheckpoint(resume), identity, parameters, loop.optimizer.memory),
  }
}

/** What a checkpoint of this training is of. */
export function classifierIdentity(
  prepared: PreparedClassifier,
  rows: readonly LabelledText[],
  options: TrainOptions,
): RunIdentity {
  const { network, settings, arithmetic } = prepared
  return {
    task: CLASSIFIER_TASK,
    options: { ...asJson(settings), ...startingPoint(prepared, options) },
    cell: asJson(equationsToDocument(network.cell)),
    data: hashOf([rows, options.validationRows ?? []].map(part => part.map(({ text, label }) => [text, label]))),
    arithmetic,
  }
}

/** Of a hash that a message may show. */
const SHOWN_DIGITS = 16

/** What the first weights come from, when they are not drawn: other ones make another run. */
function startingPoint(
  { encoder, vectorHash }: PreparedClassifier,
  { from, subwords, freezeVectors = false }: TrainOptions,
): Record<string, unknown> {
  return {
    from: from ? sha256(writeClassifier(from)).slice(0, SHOWN_DIGITS) : null,
    subwords: subwords ? hashOf(encoder.toDocument().text).slice(0, SHOWN_DIGITS) : null,
    vectors: vectorHash,
    freezeVectors,
  }
}

const asJson = (value: unknown) => JSON.parse(JSON.stringify(value))
const hashOf = (value: unknown): string => sha256(new TextEncoder().encode(JSON.stringify(value)))
