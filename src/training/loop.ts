/**
 * The training loop: epochs of steps, a validation after each, the best epoch kept, and all of it interruptible.
 *
 * It knows no model: a task says how a batch becomes a loss and how the model is judged.
 */
import { DivergenceError } from '../errors/errors.ts'
import { zeroGradients } from '../tensor/index.ts'
import { type Averaged, accumulateGradients, groupsOf } from './accumulation.ts'
import { Adversary } from './adversary.ts'
import type { Checkpoints } from './checkpoints.ts'
import type { DivergenceSituation } from './divergence.ts'
import { clipFactor, gradientNorm } from './gradient-norm.ts'
import type { LoopOptions, LoopResult, TrainingTask } from './loop-options.ts'
import type { EpochResult, LoopCounters, LoopState } from './loop-state.ts'
import { OptimizerState, type Parameters } from './optimizer-state.ts'
import { Report } from './report.ts'
import { learningRateAt } from './schedules/warm-up.ts'
import { Turns } from './turns.ts'

export type { CheckpointOptions, LoopOptions, LoopResult, TrainingTask } from './loop-options.ts'
export type { EpochResult } from './loop-state.ts'
export type { OnProgress, Progress } from './report.ts'

/**
 * Trains until all epochs are done or the validation loss has not fallen for `patience` epochs, and leaves the weights
 * of the epoch with the lowest validation loss in the parameters. A run that goes on from a saved state gives the
 * same bits as one that was never stopped.
 *
 * @throws {DivergenceError} a loss, gradient or validation loss is not finite; the last checkpoint stays.
 * @throws {ModelFileError}  the counters of the state to go on from contradict each other or this training.
 * @throws the signal's reason, between two steps, after a checkpoint.
 */
export async function train<Batch, Judgement extends { readonly loss: number } & Record<string, number>>(
  task: TrainingTask<Batch, Judgement>,
  options: LoopOptions,
): Promise<LoopResult<Judgement>> {
  const { optimizer, decays, checkpoint, resume } = options
  const state = new OptimizerState(optimizer, task.parameters, decays ? { decays } : {})
  const checkpoints =
    checkpoint || resume ? new (await import('./checkpoints.ts')).Checkpoints(task, state, checkpoint) : null
  const run = new Run(task, state, checkpoints, options)
  try {
    while (!run.isFinished) await run.epoch()
  } catch (reason) {
    // Only an interruption leaves a state worth keeping: after a divergence the last good one stays.
    if (options.signal?.aborted && run.isBetweenSteps) await run.save()
    throw reason
  }
  return run.finish()
}

/** The best epoch so far, and its weights. */
interface Best {
  readonly epoch: number
  readonly weights: ReadonlyMap<string, Float32Array>
}

class Run<Batch, Judgement extends { readonly loss: number } & Record<string, number>> {
  readonly #task: TrainingTask<Batch, Judgement>
  readonly #options: LoopOptions
  readonly #optimizer: OptimizerState
  /** Null: it neither saves any nor goes on from one. */
  readonly #checkpoints: Checkpoints | null
  readonly #turns: Turns
  readonly #report: Report
  readonly #adversary: Adversary | null
  #epoch = 1
  #step = 0
  #lossSum = 0
  #weightSum = 0
  #epochs: EpochResult<Judgement>[] = []
  #best: Best | null = null
  isBetweenSteps = true

  constructor(
    task: TrainingTask<Batch, Judgement>,
    optimizer: OptimizerState,
    checkpoints: Checkpoints | null,
    options: LoopOptions,
  ) {
    this.#task = task
    this.#optimizer = optimizer
    this.#checkpoints = checkpoints
    this.#options = options
    this.#turns = new Turns(options.signal)
    this.#report = new Report(options.epochs, options.onProgress)
    const { adversarial = 0, resume } = options
    this.#adversary = adversarial > 0 && task.embedding ? new Adversary(task.embedding, adversarial) : null
    if (resume && checkpoints) this.#goOn(resume, checkpoints)
  }

  #goOn(state: LoopState, checkpoints: Checkpoints): void {
    const steps = groupsOf(this.#task.batches(state.epoch), this.#options.accumulate).length
    const best = checkpoints.restore(state, steps)
    this.#epoch = state.epoch
    this.#step = state.step
    this.#lossSum = state.lossSum
    this.#weightSum = state.weightSum
    this.#epochs = [...state.epochs] as unknown as EpochResult<Judgement>[]
    if (best && state.bestEpoch !== null) this.#best = { epoch: state.bestEpoch, weights: best }
    const last = this.#epochs.at(-1)
    if (last) this.#report.validated(last.validation)
  }

  get isFinished(): boolean {
    const isPatienceOver = this.#best !== null && this.#epochs.length - this.#best.epoch >= this.#options.patience
    return this.#epoch > this.#options.epochs || isPatienceOver
  }

  /** What is left of the epoch under way, and its validation. */
  async epoch(): Promise<void> {
    const start = performance.now() - this.#report.waitedMs
    const groups = groupsOf(this.#task.batches(this.#epoch), this.#options.accumulate)
    while (this.#step < groups.length) {
      const told = this.#makeStep(groups[this.#step], groups.length)
      if (told instanceof Promise) this.#report.waited(await this.#turns.waitFor(told))
      await this.#turns.give()
      if (this.#checkpoints?.isDue) await this.save()
    }
    const validation = await this.#task.validate(this.#turns)
    if (!Number.isFinite(validation.loss)) throw divergedUnseen(this.#epoch, validation.loss)
    const loss = this.#lossSum / this.#weightSum
    const result = {
      epoch: this.#epoch,
      loss,
      validation,
      seconds: (performance.now() - this.#report.waitedMs - start) / 1000,
    }
    this.#epochs.push(result)
    this.#report.validated(validation)
    if (!this.#best || validation.loss < this.#lossOf(this.#best.epoch)) {
      this.#best = { epoch: this.#epoch, weights: copyWeights(this.#task.parameters) }
    }
    this.#epoch++
    this.#step = 0
    this.#lossSum = 0
    this.#weightSum = 0
    await this.save()
  }

  #lossOf(epoch: number): number {
    return this.#epochs[epoch - 1].validation.loss
  }

  /** @returns  What who was told of it gave back. */
  #makeStep(group: readonly Batch[], steps: number): unknown {
    this.isBetweenSteps = false
    const { parameters } = this.#task
    const { clipNorm, clipValue, accumulate, warmUp } = this.#options
    const draws = (this.#epoch - 1) * steps * accumulate + this.#step * accumulate
    const averaged: Averaged<Batch> = {
      weight: batch => this.#task.weight(batch),
      loss: (batch, index) => this.#task.loss(batch, draws + index + 1),
    }
    const loss = this.#adversary
      ? this.#adversary.learn(() => accumulateGradients(group, averaged, 1 / 2))
      : accumulateGradients(group, averaged)
    const norm = gradientNorm(parameters)
    const rate = this.#learningRate(steps)
    if (!Number.isFinite(loss) || !Number.isFinite(norm)) {
      const step = this.#optimizer.steps + 1
      return this.#diverged({ step, loss, learningRate: rate, clipNorm: clipNorm ?? Infinity, warmUp })
    }
    const scale = clipNorm === null ? 1 : clipFactor(norm, clipNorm)
    this.#optimizer.step(rate, scale, clipValue ?? Infinity)
    zeroGradients(parameters.values())
    const weight = group.reduce((sum, batch) => sum + this.#task.weight(batch), 0)
    this.#lossSum += loss * weight
    this.#weightSum += weight
    this.#step++
    this.isBetweenSteps = true
    const mean = this.#lossSum / this.#weightSum
    const position = { epoch: this.#epoch, step: this.#step, steps, loss: mean, stepLoss: loss }
    return this.#report.stepped(
      position,
      group.reduce((sum, batch) => sum + this.#task.tokens(batch), 0),
    )
  }

  /** What it says is loaded when it is needed. */
  async #diverged(situation: DivergenceSituation): Promise<never> {
    const { divergenceError } = await import('./divergence.ts')
    throw divergenceError(this.#task.parameters, situation)
  }

  #learningRate(steps: number): number {
    const { learningRate, optimizer, schedule, warmUp, epochs } = this.#options
    return learningRateAt(learningRate ?? optimizer.defaultLearningRate, schedule, warmUp, {
      step: this.#optimizer.steps + 1,
      steps: epochs * steps,
      epoch: this.#epoch,
      epochs,
      validationLosses: this.#epochs.map(e => e.validation.loss),
    })
  }

  /** Saves a checkpoint, if that is wanted. */
  async save(): Promise<void> {
    await this.#checkpoints?.save(this.#counters, this.#best?.weights ?? null, this.isFinished)
  }

  get #counters(): LoopCounters {
    return {
      epoch: this.#epoch,
      step: this.#step,
      lossSum: this.#lossSum,
      weightSum: this.#weightSum,
      steps: this.#optimizer.steps,
      epochs: this.#epochs,
      bestEpoch: this.#best?.epoch ?? null,
    }
  }

  /** The best epoch's weights in the parameters. */
  finish(): LoopResult<Judgement> {
    const { epoch, weights } = this.#best as Best
    for (const [name, t] of this.#task.parameters) t.device.write(t.matrix, weights.get(name) as Float32Array)
    return { epochs: this.#epochs, best: this.#epochs[epoch - 1] }
  }
}

/** The last step of an epoch left the finite numbers, and no step came after it to notice. */
function divergedUnseen(epoch: number, loss: number): DivergenceError {
  return new DivergenceError(
    `training, epoch ${epoch}: expected a finite validation loss, got ${loss}. ` +
      'Use a smaller learning rate or clip norm.',
  )
}

const copyWeights = (parameters: Parameters): Map<string, Float32Array> =>
  new Map([...parameters].map(([name, t]) => [name, Float32Array.from(t.toArray())]))
