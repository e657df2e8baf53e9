/** A checkpoint of word vectors: the same envelope as other models', with both kinds of vectors as what is carried. */
import { ModelFileError } from '../../errors/errors.ts'
import { shown } from '../../errors/shown.ts'
import type { JsonObject } from '../../formats/json-checks.ts'
import { type RunIdentity, readCheckpoint, stateToResume, writeCheckpoint } from '../checkpoint-file.ts'
import type { WordVectorModelOptions } from './word-vector-options.ts'

/** `task` in the document. */
export const WORD_VECTORS_TASK = 'word-vectors'

const ARRAYS = { inputs: 'embedding.weight', outputs: 'output.weight' } as const

/** Where a training stands, and its vectors. */
export interface WordVectorState {
  /** The epoch under way, from 1; chunks and words of it that are done. */
  readonly epoch: number
  readonly chunks: number
  readonly words: number
  /** Of this epoch's sample. */
  readonly lossSum: number
  readonly predictions: number
  readonly epochs: readonly { readonly epoch: number; readonly loss: number; readonly seconds: number }[]
  /** [V, E] */
  readonly inputs: Float32Array
  /** [V, E] */
  readonly outputs: Float32Array
}

/** What makes a run the one that it is. */
export interface WordVectorIdentity {
  readonly options: WordVectorModelOptions
  /** SHA-256 of the text. */
  readonly data: string
  readonly arithmetic: string
}

type Shape = readonly [words: number, dimensions: number]

export function writeWordVectorCheckpoint(
  identity: WordVectorIdentity,
  shape: Shape,
  { inputs, outputs, chunks, words, predictions, ...state }: WordVectorState,
  isFinished: boolean,
): Uint8Array {
  const arrays = new Map([
    [`carried.${ARRAYS.inputs}`, { shape, data: inputs }],
    [`carried.${ARRAYS.outputs}`, { shape, data: outputs }],
  ])
  const counters = {
    ...state,
    step: chunks,
    steps: words,
    weightSum: predictions,
    epochs: state.epochs.map(epoch => ({ ...epoch, validation: {} })),
    bestEpoch: null,
  }
  return writeCheckpoint({ identity: runIdentity(identity), state: { ...counters, arrays } }, isFinished)
}

/**
 * The state to go on from.
 *
 * @throws {ModelFileError} the checkpoint is damaged, or of another run (each difference is named).
 */
export function wordVectorStateOf(bytes: Uint8Array, identity: WordVectorIdentity, shape: Shape): WordVectorState {
  const carried = new Map(Object.values(ARRAYS).map(name => [name, shape]))
  const state = stateToResume(readCheckpoint(bytes), runIdentity(identity), new Map(), [], carried)
  const { epoch, step, steps, lossSum, weightSum, epochs } = state
  if (epoch !== epochs.length + 1) {
    throw new ModelFileError(
      `checkpoint, counters: expected the epoch after the ${epochs.length} done, got ${shown(epoch)}. Start again.`,
    )
  }
  const data = (kind: keyof typeof ARRAYS) =>
    (state.arrays.get(`carried.${ARRAYS[kind]}`) as { data: Float32Array }).data
  return {
    epoch,
    chunks: step,
    words: steps,
    lossSum,
    predictions: weightSum,
    epochs: epochs.map(({ epoch: number, loss, seconds }) => ({ epoch: number, loss, seconds })),
    inputs: data('inputs'),
    outputs: data('outputs'),
  }
}

function runIdentity({ options, data, arithmetic }: WordVectorIdentity): RunIdentity {
  return { task: WORD_VECTORS_TASK, options: { ...options } as unknown as JsonObject, cell: {}, data, arithmetic }
}
