/**
 * Saving a training between two steps, and going on from what was saved. Loaded by trainings that do either.
 */
import type { LoopOptions, TrainingTask } from './loop-options.ts'
import {
  captureArrays,
  type LoopCounters,
  type LoopState,
  requireConsistent,
  restoreArrays,
  type StateArray,
} from './loop-state.ts'
import type { OptimizerState } from './optimizer-state.ts'

type CheckpointedTask = Pick<TrainingTask<unknown, never>, 'parameters' | 'measures' | 'carried'>

export class Checkpoints {
  readonly #task: CheckpointedTask
  readonly #optimizer: OptimizerState
  readonly #options: LoopOptions['checkpoint']
  #lastSave = performance.now()

  constructor(task: CheckpointedTask, optimizer: OptimizerState, options: LoopOptions['checkpoint']) {
    this.#task = task
    this.#optimizer = optimizer
    this.#options = options
  }

  /**
   * Puts a state's arrays where they belong.
   *
   * @param steps  Of an epoch.
   * @returns      The weights of its best epoch, if one is done.
   * @throws {ModelFileError} its counters contradict each other or this training.
   */
  restore(state: LoopState, steps: number): ReadonlyMap<string, Float32Array> | null {
    const { parameters, measures = ['loss'], carried } = this.#task
    requireConsistent(state, steps, measures)
    const restored = restoreArrays(state, parameters, this.#optimizer)
    carried?.restore(restored.carried)
    return restored.best
  }

  get isDue(): boolean {
    return this.#options !== undefined && performance.now() - this.#lastSave > this.#options.everySeconds * 1000
  }

  /** Saves a checkpoint, if that is wanted. @param best  The weights of the best epoch, if one is done. */
  async save(
    counters: LoopCounters,
    best: ReadonlyMap<string, Float32Array> | null,
    isFinished: boolean,
  ): Promise<void> {
    if (!this.#options) return
    const carried = this.#task.carried?.capture() ?? new Map<string, StateArray>()
    const arrays = captureArrays(this.#task.parameters, this.#optimizer, best, carried)
    await this.#options.save({ ...counters, arrays }, isFinished)
    this.#lastSave = performance.now()
  }
}
