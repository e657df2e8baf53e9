/**
 * The training loop: epochs of steps, a validation after each, the best epoch kept.
 *
 * It knows no model: a task says how a batch becomes a loss and how the model is judged.
 */
import { DivergenceError } from '../errors/errors.ts'
import { backward, step, type Tensor, zeroGradients } from '../tensor/index.ts'
import { clipFactor, gradientNorm } from './gradient-norm.ts'
import { OptimizerState, type Parameters } from './optimizer-state.ts'
import type { Optimizer } from './optimizers/define.ts'
import { Turns } from './turns.ts'

/** What is trained, and on what. */
export interface TrainingTask<Batch, Judgement extends { readonly loss: number }> {
  readonly parameters: Parameters
  /** The batches of an epoch (from 1), in order. */
  batches(epoch: number): readonly Batch[]
  /** Tokens of a batch, for the speed shown. */
  tokens(batch: Batch): number
  /** The mean loss of a batch in nats, on the tape; `step` counts from 1 over all epochs. */
  loss(batch: Batch, step: number): Tensor
  /** Judges the model on its validation part. */
  validate(turns: Turns): Promise<Judgement>
}

export interface LoopOptions {
  readonly epochs: number
  readonly optimizer: Optimizer
  /** @default the optimizer's own */
  readonly learningRate: number | null
  readonly clipNorm: number
  /** Epochs without a lower validation loss before it stops. */
  readonly patience: number
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

/** What is shown while training runs. */
export interface Progress {
  readonly epoch: number
  readonly epochs: number
  /** Steps made in this epoch, and steps of an epoch. */
  readonly step: number
  readonly steps: number
  /** Mean loss of this epoch so far, in nats. */
  readonly loss: number
  /** The last validation's results; null before the first. */
  readonly validation: Readonly<Record<string, number>> | null
  readonly tokensPerSecond: number
  /** If all epochs are trained. */
  readonly secondsLeft: number
}

export interface EpochResult<Judgement> {
  /** From 1. */
  readonly epoch: number
  /** Mean training loss, in nats. */
  readonly loss: number
  readonly validation: Judgement
  readonly seconds: number
}

export interface LoopResult<Judgement> {
  readonly epochs: readonly EpochResult<Judgement>[]
  /** The epoch whose weights were kept. */
  readonly best: EpochResult<Judgement>
}

/**
 * Trains until all epochs are done or the validation loss has not fallen for `patience` epochs, and leaves the weights
 * of the epoch with the lowest validation loss in the parameters.
 *
 * @throws {DivergenceError} a loss, gradient or validation loss is not finite.
 * @throws the signal's reason, between two steps.
 */
export async function train<Batch, Judgement extends { readonly loss: number } & Record<string, number>>(
  task: TrainingTask<Batch, Judgement>,
  options: LoopOptions,
): Promise<LoopResult<Judgement>> {
  const state = new OptimizerState(options.optimizer, task.parameters)
  const turns = new Turns(options.signal)
  const epochs: EpochResult<Judgement>[] = []
  const report = new Report(options)
  let best: { result: EpochResult<Judgement>; weights: Map<string, ArrayLike<number>> } | null = null
  for (let epoch = 1; epoch <= options.epochs; epoch++) {
    const start = performance.now()
    const loss = await trainEpoch(task, options, state, epoch, turns, report)
    const validation = await task.validate(turns)
    if (!Number.isFinite(validation.loss)) throw divergedUnseen(epoch, validation.loss)
    const result = { epoch, loss, validation, seconds: (performance.now() - start) / 1000 }
    epochs.push(result)
    report.validated(validation)
    if (!best || validation.loss < best.result.validation.loss) best = { result, weights: copyWeights(task.parameters) }
    else if (epoch - best.result.epoch >= options.patience) break
  }
  const kept = best as NonNullable<typeof best>
  for (const [name, t] of task.parameters) t.device.write(t.matrix, kept.weights.get(name) as ArrayLike<number>)
  return { epochs, best: kept.result }
}

async function trainEpoch<Batch, Judgement extends { readonly loss: number }>(
  task: TrainingTask<Batch, Judgement>,
  options: LoopOptions,
  state: OptimizerState,
  epoch: number,
  turns: Turns,
  report: Report,
): Promise<number> {
  const batches = task.batches(epoch)
  let sum = 0
  for (const [index, batch] of batches.entries()) {
    sum += trainStep(task, options, state, batch)
    report.stepped(epoch, index + 1, batches.length, sum / (index + 1), task.tokens(batch))
    await turns.give()
  }
  return sum / batches.length
}

/** One step of the optimizer. @returns The loss before it, in nats. */
function trainStep<Batch, Judgement extends { readonly loss: number }>(
  task: TrainingTask<Batch, Judgement>,
  options: LoopOptions,
  state: OptimizerState,
  batch: Batch,
): number {
  const loss = step(() => {
    const value = task.loss(batch, state.steps + 1)
    backward(value)
    return value.item()
  })
  const norm = gradientNorm(task.parameters)
  if (!Number.isFinite(loss) || !Number.isFinite(norm)) throw diverged(task.parameters, state.steps + 1, loss)
  state.step(options.learningRate ?? options.optimizer.defaultLearningRate, clipFactor(norm, options.clipNorm))
  zeroGradients(task.parameters.values())
  return loss
}

function diverged(parameters: Parameters, stepNumber: number, loss: number): DivergenceError {
  const bad = [...parameters].find(
    ([, { gradient }]) => gradient && !Number.isFinite(gradient.device.sumOfSquares(gradient.matrix)),
  )
  return new DivergenceError(
    `training, step ${stepNumber}: expected a finite loss and gradient, got loss ${loss}` +
      `${bad ? ` and a gradient of ${bad[0]} that is not finite` : ''}. Use a smaller learning rate or clip norm.`,
  )
}

/** The last step of an epoch left the finite numbers, and no step came after it to notice. */
function divergedUnseen(epoch: number, loss: number): DivergenceError {
  return new DivergenceError(
    `training, epoch ${epoch}: expected a finite validation loss, got ${loss}. ` +
      'Use a smaller learning rate or clip norm.',
  )
}

const copyWeights = (parameters: Parameters) => new Map([...parameters].map(([name, t]) => [name, t.toArray()]))

/** Turns what happens into `Progress`. */
class Report {
  readonly #options: LoopOptions
  readonly #start = performance.now()
  #tokens = 0
  #validation: Readonly<Record<string, number>> | null = null

  constructor(options: LoopOptions) {
    this.#options = options
  }

  stepped(epoch: number, done: number, steps: number, loss: number, tokens: number): void {
    const { epochs, onProgress } = this.#options
    this.#tokens += tokens
    if (!onProgress) return
    const seconds = (performance.now() - this.#start) / 1000
    const share = (epoch - 1 + done / steps) / epochs
    const validation = this.#validation
    const tokensPerSecond = this.#tokens / seconds
    onProgress({
      epoch,
      epochs,
      step: done,
      steps,
      loss,
      validation,
      tokensPerSecond,
      secondsLeft: (seconds * (1 - share)) / share,
    })
  }

  validated(validation: Readonly<Record<string, number>>): void {
    this.#validation = validation
  }
}
