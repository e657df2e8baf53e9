/**
 * A checkpoint as a file (design §8): a training that can go on, as safetensors with a document like a model's.
 */
import { ModelFileError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import {
  asArray,
  asBoolean,
  asInteger,
  asNumber,
  asObject,
  asOneOf,
  asString,
  field,
  type JsonObject,
} from '../formats/json-checks.ts'
import { readModelFile, writeModelFile } from '../formats/model-file.ts'
import { type EpochResult, expectedArrays, isCarried, type LoopState } from '../training/loop-state.ts'
import type { Parameters } from '../training/optimizer-state.ts'
import { LIBRARY_VERSION } from '../version.ts'
import { isCheckpoint } from './model-task.ts'

/** What makes a run the one that it is: going on needs all of it the same. */
export interface RunIdentity {
  readonly task: string
  /** Options by name; `epochs` may differ. */
  readonly options: JsonObject
  readonly cell: JsonObject
  /** SHA-256 of what is trained on. */
  readonly data: string
  /** `relaxed` and `plain` give other bits. */
  readonly arithmetic: string
}

export interface Checkpoint {
  readonly identity: RunIdentity
  readonly state: LoopState
}

/** @param isFinished  Whether the training has come to its end. */
export function writeCheckpoint({ identity, state }: Checkpoint, isFinished: boolean): Uint8Array {
  const { arrays, ...counters } = state
  const document: JsonObject = {
    library: LIBRARY_VERSION,
    task: identity.task,
    checkpoint: { ...identity, finished: isFinished, counters: counters as unknown as JsonObject },
  }
  return writeModelFile({ document, tensors: arrays })
}

/** What a checkpoint tells without its arrays being looked at. */
export interface CheckpointSummary {
  readonly arithmetic: string
  readonly isFinished: boolean
  /** Done, and the steps made since. */
  readonly epochs: number
  readonly step: number
}

/** Reads what a checkpoint is of; its arrays are not looked at. @throws {ModelFileError} damaged, or no checkpoint. */
export function peekCheckpoint(bytes: Uint8Array): CheckpointSummary {
  const { document } = readModelFile(bytes)
  const checkpoint = checkpointOf(document)
  const { epochs, step } = asCounters(field(checkpoint, 'counters'))
  return {
    arithmetic: asOneOf(field(checkpoint, 'arithmetic'), 'checkpoint.arithmetic', ARITHMETICS),
    isFinished: asBoolean(field(checkpoint, 'finished'), 'checkpoint.finished'),
    epochs: epochs.length,
    step,
  }
}

const ARITHMETICS = ['relaxed', 'plain', 'exact'] as const

/** @throws {ModelFileError} damaged, or no checkpoint. */
export function readCheckpoint(bytes: Uint8Array): Checkpoint {
  const { document, tensors } = readModelFile(bytes)
  const checkpoint = checkpointOf(document)
  const text = (name: string) => asString(field(checkpoint, name), `checkpoint.${name}`)
  return {
    identity: {
      task: text('task'),
      options: asObject(field(checkpoint, 'options'), 'checkpoint.options'),
      cell: asObject(field(checkpoint, 'cell'), 'checkpoint.cell'),
      data: text('data'),
      arithmetic: asOneOf(field(checkpoint, 'arithmetic'), 'checkpoint.arithmetic', ARITHMETICS),
    },
    state: { ...asCounters(field(checkpoint, 'counters')), arrays: tensors },
  }
}

function checkpointOf(document: JsonObject): JsonObject {
  if (isCheckpoint(document)) return asObject(field(document, 'checkpoint'), 'checkpoint')
  throw new ModelFileError('checkpoint: expected a checkpoint, got a model. Give the file that --checkpoint wrote.')
}

function asCounters(value: unknown): Omit<LoopState, 'arrays'> {
  const counters = asObject(value, 'checkpoint.counters')
  const count = (name: string, minimum = 0) =>
    asInteger(field(counters, name), `checkpoint.counters.${name}`, { minimum })
  const number = (name: string) => asNumber(field(counters, name), `checkpoint.counters.${name}`)
  const epochs = asArray(field(counters, 'epochs'), 'checkpoint.counters.epochs', { maximum: 1_000_000 }).map(asEpoch)
  const bestEpoch = field(counters, 'bestEpoch') === null ? null : count('bestEpoch', 1)
  return {
    epoch: count('epoch', 1),
    step: count('step'),
    lossSum: number('lossSum'),
    weightSum: number('weightSum'),
    steps: count('steps'),
    epochs,
    bestEpoch,
  }
}

function asEpoch(value: unknown, k: number): EpochResult {
  const path = `checkpoint.counters.epochs[${k}]`
  const result = asObject(value, path)
  const validation = asObject(field(result, 'validation'), `${path}.validation`)
  return {
    epoch: asInteger(field(result, 'epoch'), `${path}.epoch`, { minimum: k + 1, maximum: k + 1 }),
    loss: asNumber(field(result, 'loss'), `${path}.loss`),
    validation: Object.fromEntries(
      Object.entries(validation).map(([name, v]) => [name, asNumber(v, `${path}.validation.${name}`)]),
    ),
    seconds: asNumber(field(result, 'seconds'), `${path}.seconds`),
  }
}

/**
 * The state to go on from.
 *
 * @param carried  Names and shapes of what the task carries from batch to batch.
 * @throws {ModelFileError} it is another run's (each difference is named), or its arrays do not fit the model.
 */
export function stateToResume(
  checkpoint: Checkpoint,
  identity: RunIdentity,
  parameters: Parameters,
  memory: readonly string[],
  carried: ReadonlyMap<string, readonly number[]> = new Map(),
): LoopState {
  const differences = differencesOf(checkpoint.identity, identity)
  if (differences.length > 0) {
    throw new ModelFileError(
      `resume: expected the run that the checkpoint is of, got another: ${differences.join('; ')}. ` +
        'Give the same, or another --checkpoint file to start anew.',
    )
  }
  const { state } = checkpoint
  const expected = expectedArrays(parameters, memory, state.bestEpoch !== null)
  for (const [name, shape] of carried) expected.set(`carried.${name}`, shape)
  for (const [name, shape] of expected) requireArray(state, name, shape)
  const strange = [...state.arrays.keys()].find(name => !expected.has(name) && !(isCarried(name) && carried.size === 0))
  if (strange === undefined) return state
  throw new ModelFileError(`checkpoint: expected the arrays of this run, got ${shown(strange)} besides. Start again.`)
}

function requireArray({ arrays }: LoopState, name: string, shape: readonly number[]): void {
  const array = arrays.get(name)
  const fits = array?.shape.length === shape.length && shape.every((n, axis) => array.shape[axis] === n)
  if (fits && array.data.every(Number.isFinite)) return
  const got = array === undefined ? 'nothing' : fits ? 'values that are not finite' : shown(array.shape)
  throw new ModelFileError(
    `checkpoint, ${shown(name)}: expected finite values of shape ${shown(shape)}, got ${got}. Start again.`,
  )
}

/** Sentences such as `batch was 32, now 64`. */
function differencesOf(was: RunIdentity, now: RunIdentity): string[] {
  const differences: string[] = []
  const compare = (name: string, a: unknown, b: unknown) => {
    if (JSON.stringify(a) !== JSON.stringify(b)) differences.push(`${name} was ${shown(a)}, now ${shown(b)}`)
  }
  compare('task', was.task, now.task)
  compare('arithmetic', was.arithmetic, now.arithmetic)
  for (const name of new Set([...Object.keys(was.options), ...Object.keys(now.options)])) {
    if (name !== 'epochs') compare(name, field(was.options, name), field(now.options, name))
  }
  if (differences.length === 0 && JSON.stringify(was.cell) !== JSON.stringify(now.cell)) {
    differences.push("the cell's equations are others")
  }
  if (was.data !== now.data) differences.push('the data is other')
  return differences
}
