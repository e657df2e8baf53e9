/**
 * The language model: a text in, a model out that tells which word, character or piece comes next, and writes on.
 */
import { streamIds } from '../data/token-stream.ts'
import type { Device } from '../devices/device.ts'
import { OptionError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { defaultDevice } from '../tensor/index.ts'
import { type EpochResult, train } from '../training/loop.ts'
import { Turns } from '../training/turns.ts'
import { readCheckpoint, stateToResume, writeCheckpoint } from './checkpoint-file.ts'
import { type GeneratedToken, type GenerateOptions, generate, promptIds, Reader } from './generation.ts'
import { judgeText, type LanguageJudgement, unigramPerplexity } from './language-judgement.ts'
import {
  type LanguageModelParts,
  type LanguageTrainingSummary,
  readLanguageModel,
  writeLanguageModel,
} from './language-model-file.ts'
import type { LanguageNetwork } from './language-network.ts'
import { prepareLanguageModel } from './language-preparation.ts'
import { LanguageTask, type LanguageValidation } from './language-task.ts'
import { type LanguageText, windowsOf } from './language-text.ts'
import type { LanguageTrainOptions } from './language-training-options.ts'
import { loopSettings } from './loop-settings.ts'
import { requireObject } from './option-table.ts'
import { probabilitiesOf } from './sampling.ts'
import type { TextEncoder } from './text-encoder.ts'

/** One epoch of a training: losses in nats, and the time it took. */
export type LanguageEpoch = EpochResult<LanguageValidation>

export interface NextToken {
  readonly token: string
  readonly probability: number
}

export class LanguageModel {
  readonly encoder: TextEncoder
  readonly network: LanguageNetwork
  /** How it was trained, as the model file tells it. */
  readonly summary: LanguageTrainingSummary
  /** What reading the file found odd; empty for a model just trained. */
  readonly warnings: readonly string[]
  /** The epochs of this training; empty for a model read from a file. */
  readonly epochs: readonly LanguageEpoch[]

  /** @internal Use `train` or `fromBytes`. */
  constructor(
    parts: LanguageModelParts & { readonly warnings?: readonly string[] },
    epochs: readonly LanguageEpoch[] = [],
  ) {
    this.encoder = parts.encoder
    this.network = parts.network
    this.summary = parts.summary
    this.warnings = parts.warnings ?? []
    this.epochs = epochs
  }

  /** How many numbers were learned. */
  get parameterCount(): number {
    const shapes = [...this.network.parameters().values()].map(t => t.shape)
    return shapes.reduce((sum, shape) => sum + shape.reduce((size, n) => size * n, 1), 0)
  }

  /**
   * Trains a language model by truncated back-propagation through time: the text is cut into `batch` neighbouring runs
   * that are read side by side, `unroll` steps at a time, the state carried on. A text shorter than batch · unroll
   * tokens is cut into fewer runs.
   *
   * @param text     Whole, or files in order; their ids are kept, 4 bytes a token.
   * @param options  See `language-model-options.ts` for names, ranges and defaults.
   * @returns        The model of the epoch with the lowest validation loss.
   * @throws {OptionError}     an option is unknown or out of range.
   * @throws {DataError}       the text is too short, or a file cannot be read.
   * @throws {MemoryError}     a step of training does not fit in memory.
   * @throws {ModelFileError}  the checkpoint is damaged, or of another training.
   * @throws {DivergenceError} the loss or a gradient is not finite.
   * @throws the signal's reason, when it is aborted.
   */
  static async train(text: LanguageText, options: LanguageTrainOptions = {}): Promise<LanguageModel> {
    const { network, settings, coded, identity, parameters } = await prepareLanguageModel(text, options)
    const task = new LanguageTask(network, parameters, coded, settings)
    const loop = loopSettings(settings)
    const { checkpoint, resume } = options
    const { memory } = loop.optimizer
    const result = await train(task, {
      ...loop,
      signal: options.signal,
      onProgress: options.onProgress,
      checkpoint: checkpoint && {
        everySeconds: checkpoint.everySeconds,
        save: (state, isFinished) => checkpoint.save(writeCheckpoint({ identity, state }, isFinished)),
      },
      resume: resume && stateToResume(readCheckpoint(resume), identity, parameters, memory, task.carriedShapes()),
    })
    const { epoch, loss, validation } = result.best
    const summary: LanguageTrainingSummary = {
      options: settings,
      tokens: coded.training.length,
      validationTokens: coded.validation.length,
      baseline: { unigram: unigramPerplexity(coded) },
      epochs: result.epochs.length,
      best: { epoch, loss, validation },
    }
    return new LanguageModel({ network, encoder: coded.encoder, summary }, result.epochs)
  }

  /**
   * Tells which tokens most likely come next. The unknown token is left out and its probability shared by the others,
   * as in what is generated.
   *
   * @param text  What stands before; empty: the beginning of a line.
   * @param top   How many, the most probable first. @default 10
   * @throws {OptionError} one is of a wrong type or out of range.
   */
  next(text: string, top = 10): NextToken[] {
    if (typeof text !== 'string') throw new OptionError(`next: expected a text, got ${shown(text)}. Pass a string.`)
    if (!Number.isSafeInteger(top) || top < 1) {
      throw new OptionError(`next: expected top to be a whole number of 1 or more, got ${shown(top)}.`)
    }
    const reader = new Reader(this.network)
    reader.read(promptIds(this.encoder, text))
    const probabilities = probabilitiesOf(reader.logits)
    const { tokens } = this.encoder.vocabulary
    return Array.from(probabilities.keys())
      .slice(1)
      .sort((a, b) => probabilities[b] - probabilities[a] || a - b)
      .slice(0, top)
      .map(id => ({ token: tokens[id], probability: probabilities[id] }))
  }

  /**
   * Writes on, a token a step; the state is carried from one to the next. The same options give the same text.
   *
   *     for (const { text } of model.generate({ prompt: 'She was ', length: 200 })) process.stdout.write(text)
   *
   * @returns  Tokens, and the text that each adds; it can be left at any time.
   * @throws {OptionError} an option is of a wrong type or out of range.
   */
  generate(options: GenerateOptions = {}): Generator<GeneratedToken, void> {
    return generate(this.network, this.encoder, options)
  }

  /**
   * Judges the model on a text, read as one run from its beginning to its end, in memory that does not grow with it.
   *
   * @throws {DataError} it has fewer than two tokens, or a file cannot be read.
   * @throws the signal's reason, when it is aborted.
   */
  async evaluate(text: LanguageText, options: { readonly signal?: AbortSignal } = {}): Promise<LanguageJudgement> {
    requireObject('evaluate', options)
    const { tokenizer, vocabulary } = this.encoder
    const ids = streamIds(windowsOf(text, 'evaluate'), tokenizer, vocabulary)
    return await judgeText(this.network, ids, new Turns(options.signal))
  }

  /** The model as a file: the same training gives the same bytes. */
  toBytes(): Uint8Array {
    return writeLanguageModel(this)
  }

  /**
   * Reads a model from a file's bytes.
   *
   * @throws {ModelFileError} damaged, of another kind, or larger than makes sense.
   */
  static fromBytes(bytes: Uint8Array, options: { readonly device?: Device } = {}): LanguageModel {
    return new LanguageModel(readLanguageModel(bytes, options.device ?? defaultDevice()))
  }
}
