/**
 * The training of the experiments with made-up sequences: a step for each batch, a judgement every so often, and an end
 * as soon as the judgement says that the task is solved.
 */
import { backward, noGradient, step, type Tensor, zeroGradients } from '../tensor/index.ts'
import { clipFactor, gradientNorm } from '../training/gradient-norm.ts'
import { OptimizerState } from '../training/optimizer-state.ts'
import type { Optimizer } from '../training/optimizers/define.ts'
import { Turns } from '../training/turns.ts'
import type { ExperimentContext } from './experiment.ts'

/** Who watches a run, and may end it. */
export interface Watch {
  readonly signal?: AbortSignal | undefined
  /** After each step: the share done of all steps, 0 … 1. */
  readonly onProgress?: ((share: number) => void) | undefined
}

export interface SequenceTraining extends Watch {
  readonly parameters: ReadonlyMap<string, Tensor>
  /** The mean loss of a step's batch, on the tape. @param step  From 1. */
  loss(step: number): Tensor
  readonly optimizer: Optimizer
  /** The same for all steps, or of each, from 1. */
  readonly learningRate: number | ((step: number) => number)
  /** Longest gradient, over all weights together. */
  readonly clipNorm: number
  /** Steps at most, and between two judgements. */
  readonly steps: number
  readonly every: number
  /** How good the model is, in the experiment's own terms; no tape, and all it makes is gone at its end. */
  judge(): number
  /** Whether a judgement is the end of it. @default never */
  isSolved?(score: number): boolean
}

export interface SequenceTrainingResult {
  /** The step whose judgement ended it; null: it was never solved. */
  readonly solvedAt: number | null
  /** [step, score] of each judgement, in order. */
  readonly scores: readonly (readonly [number, number])[]
  /** The last score; before the first judgement NaN. */
  readonly score: number
  /** The loss or its gradient left the finite numbers; the run ended there. */
  readonly isDiverged: boolean
}

/** Trains; the weights are those of the last step. @throws the signal's reason, between two steps. */
export async function trainUntil(training: SequenceTraining): Promise<SequenceTrainingResult> {
  const { parameters, optimizer, learningRate, clipNorm, steps, every, isSolved = () => false } = training
  const state = new OptimizerState(optimizer, parameters)
  const turns = new Turns(training.signal)
  const scores: [number, number][] = []
  const end = (solvedAt: number | null, isDiverged = false) => ({
    solvedAt,
    scores,
    score: scores.at(-1)?.[1] ?? Number.NaN,
    isDiverged,
  })
  for (let count = 1; count <= steps; count++) {
    const loss = step(() => {
      const value = training.loss(count)
      backward(value)
      return value.item()
    })
    const norm = gradientNorm(parameters)
    if (!Number.isFinite(loss) || !Number.isFinite(norm)) return end(null, true)
    state.step(typeof learningRate === 'number' ? learningRate : learningRate(count), clipFactor(norm, clipNorm))
    zeroGradients(parameters.values())
    training.onProgress?.(count / steps)
    await turns.give()
    if (count % every > 0 && count < steps) continue
    const score = noGradient(() => step(() => training.judge()))
    scores.push([count, score])
    if (isSolved(score)) return end(count)
  }
  return end(null)
}

/**
 * Runs each contender with each seed of the experiment, in order, and tells progress of all of it.
 *
 * @returns  For each contender its runs, one a seed.
 */
export async function overSeeds<Contender extends { readonly name: string }, Result>(
  { seeds, signal, onProgress }: ExperimentContext,
  contenders: readonly Contender[],
  run: (contender: Contender, seed: number, watch: Watch) => Promise<Result>,
): Promise<{ readonly of: Contender; readonly runs: readonly Result[] }[]> {
  const results: { of: Contender; runs: Result[] }[] = []
  for (const [c, contender] of contenders.entries()) {
    const runs: Result[] = []
    for (const [k, seed] of seeds.entries()) {
      const before = c * seeds.length + k
      const tell = (share: number) =>
        onProgress?.((before + share) / (contenders.length * seeds.length), `${contender.name}, seed ${seed}`)
      runs.push(await run(contender, seed, { signal, onProgress: tell }))
    }
    results.push({ of: contender, runs })
  }
  return results
}
