/**
 * Training of a language model as papers describe it: the recipe decides everything, where the library's language model
 * chooses what works well. Shared by the experiments with published perplexities.
 */
import { lstm } from '../cells/lstm.ts'
import { sha256 } from '../formats/sha256.ts'
import type { RecurrentState } from '../layers/recurrent-options.ts'
import { sizeOf, type WeightSource } from '../layers/weight-source.ts'
import { type RunIdentity, readCheckpoint, stateToResume, writeCheckpoint } from '../models/checkpoint-file.ts'
import { lossFigures } from '../models/language-judgement.ts'
import { LanguageNetwork, type LanguageNetworkSizes } from '../models/language-network.ts'
import { uniform, uniforms } from '../random/draw.ts'
import { keyOf } from '../random/key.ts'
import { crossEntropy, defaultDevice, mul, type Tensor, tensor } from '../tensor/index.ts'
import { type EpochResult, train } from '../training/loop.ts'
import type { TrainingTask } from '../training/loop-options.ts'
import type { StateArray } from '../training/loop-state.ts'
import type { Optimizer } from '../training/optimizers/define.ts'
import type { Schedule } from '../training/schedules/define.ts'
import { Turns } from '../training/turns.ts'
import { carriedOn, namedArrays, type StoredState, stored } from './carried-state.ts'
import type { ExperimentContext } from './experiment.ts'
import { countWindows, judgeRuns, type Runs, windowOf } from './text-runs.ts'

export interface LanguageRecipe {
  readonly embedding: number
  readonly hidden: readonly number[]
  readonly dropout: number
  /** @default dropout */
  readonly embeddingDropout?: number
  /** All weights begin uniform in ± this; null: as the layers begin by themselves. */
  readonly uniform: number | null
  readonly batch: number
  readonly unroll: number
  readonly epochs: number
  readonly optimizer: Optimizer
  /** Of the mean loss of a token; see `perSequence`. */
  readonly learningRate: number
  readonly clipNorm: number
  readonly schedule: Schedule
  /** What the forget gate's bias begins with, unless all weights begin uniform. @default 0 */
  readonly forgetBias?: number
  /** Steps over which the learning rate rises from 0. @default 0 */
  readonly warmUp?: number
  /** Probability that a run begins anew at a window, as `LanguageTask` says why. @default 0 */
  readonly restart?: number
}

/**
 * Learning rate and clip norm of a loss that is summed over the steps of a window and averaged over the batch, as
 * papers before 2017 have it, for the mean over both which is used here. Plain gradient descent makes the same steps:
 *
 *   η min(1, C / ‖T g‖) T g  =  (η T) min(1, (C / T) / ‖g‖) g
 */
export const perSequence = (learningRate: number, clipNorm: number, unroll: number) => ({
  learningRate: learningRate * unroll,
  clipNorm: clipNorm / unroll,
})

/** A text as ids, read side by side: what is trained on, what chooses the epoch, what is judged in the end. */
export interface LanguageParts {
  readonly vocabulary: number
  /** As many runs as the recipe's batch. */
  readonly training: Runs
  readonly validation: Runs
  readonly test: Runs | null
}

export interface LanguageRun {
  readonly epochs: readonly EpochResult<LossFigures>[]
  /** Of the epoch with the lowest validation loss. */
  readonly best: EpochResult<LossFigures>
  readonly test: LossFigures | null
  readonly network: LanguageNetwork
}

/** A type, not an interface: the loop wants a record. */
type LossFigures = { readonly loss: number; readonly perplexity: number; readonly bitsPerToken: number }

interface Window {
  readonly index: number
  readonly tokens: number
}

/** Seconds between two checkpoints. */
const SAVE_SECONDS = 60

/**
 * Trains a model by a recipe, from a checkpoint if there is one, and judges it.
 *
 * @param name   Of the run: of its checkpoint, and what progress is told of.
 * @param share  Where this run's share of the experiment begins and ends, for progress.
 */
export async function trainByRecipe(
  name: string,
  recipe: LanguageRecipe,
  parts: LanguageParts,
  seed: number,
  context: ExperimentContext,
  [begin, end]: readonly [number, number] = [0, 1],
): Promise<LanguageRun> {
  const network = networkOf(recipe, parts.vocabulary, seed)
  const task = new WindowTask(network, parts, recipe, seed)
  const identity = identityOf(name, recipe, parts, seed)
  const { checkpoints, signal, onProgress } = context
  const resume = (await checkpoints?.load(name)) ?? null
  const { memory } = recipe.optimizer
  const { epochs, best } = await train<Window, LossFigures>(task, {
    ...recipe,
    warmUp: recipe.warmUp ?? 0,
    clipValue: null,
    accumulate: 1,
    patience: recipe.epochs,
    signal,
    onProgress: ({ epoch, epochs, step, steps, loss, validation, tokensPerSecond }) => {
      const share = begin + ((end - begin) * (epoch - 1 + step / steps)) / epochs
      const judged = validation ? `, validation ${validation.perplexity.toFixed(2)}` : ''
      const speed = `${Math.round(tokensPerSecond)} tokens/s`
      onProgress?.(
        share,
        `${name}: epoch ${epoch}/${epochs}, perplexity ${Math.exp(loss).toFixed(2)}${judged}, ${speed}`,
      )
    },
    checkpoint: checkpoints && {
      everySeconds: SAVE_SECONDS,
      save: (state, isFinished) => checkpoints.save(name, writeCheckpoint({ identity, state }, isFinished)),
    },
    resume: resume
      ? stateToResume(readCheckpoint(resume), identity, task.parameters, memory, task.carriedShapes())
      : undefined,
  })
  const test = parts.test ? lossFigures(await judgeRuns(network, parts.test, new Turns(signal))) : null
  return { epochs, best, test, network }
}

/** The recipe's network before training. */
export function networkOf(recipe: LanguageRecipe, vocabulary: number, seed: number): LanguageNetwork {
  const { embedding, hidden, uniform: bound, forgetBias = 0 } = recipe
  const sizes: LanguageNetworkSizes = { vocabulary, embedding, hidden, initialState: 'zero', tieWeights: false }
  return new LanguageNetwork(lstm, sizes, weightsOf(bound, seed), { seed, initialization: null, forgetBias })
}

function weightsOf(bound: number | null, seed: number): WeightSource {
  const device = defaultDevice()
  return (name, shape, draw) => {
    const values =
      bound === null ? draw() : uniforms(keyOf(seed, `uniform ${name}`), sizeOf(shape)).map(u => (2 * u - 1) * bound)
    return tensor(values, shape, { device, requiresGradient: true })
  }
}

function identityOf(name: string, recipe: LanguageRecipe, { training, validation }: LanguageParts, seed: number) {
  const { optimizer, schedule, ...numbers } = recipe
  const bytes = (ids: Int32Array) => sha256(new Uint8Array(ids.buffer, ids.byteOffset, ids.byteLength))
  const hash = (runs: Runs) => sha256(new TextEncoder().encode(runs.map(bytes).join()))
  const options = { ...numbers, seed, optimizer: optimizer.name, schedule: schedule.name }
  return {
    task: `experiment ${name}`,
    options: JSON.parse(JSON.stringify(options)),
    cell: { name: 'lstm' },
    data: `${hash(training)} ${hash(validation)}`,
    arithmetic: defaultDevice().arithmetic,
  } satisfies RunIdentity
}

/** Windows in order, the state carried on from one to the next and zero where an epoch begins. */
class WindowTask implements TrainingTask<Window, LossFigures> {
  readonly parameters: ReadonlyMap<string, Tensor>
  readonly #network: LanguageNetwork
  readonly #parts: LanguageParts
  readonly #recipe: LanguageRecipe
  readonly #seed: number
  #state: StoredState

  constructor(network: LanguageNetwork, parts: LanguageParts, recipe: LanguageRecipe, seed: number) {
    this.parameters = network.parameters()
    this.#network = network
    this.#parts = parts
    this.#recipe = recipe
    this.#seed = seed
    this.#state = stored(network.initialState(recipe.batch))
  }

  batches(): Window[] {
    const { training } = this.#parts
    const { batch, unroll } = this.#recipe
    return Array.from({ length: countWindows(training, unroll) }, (_, index) => ({
      index,
      tokens: batch * Math.min(unroll, training[0].length - 1 - index * unroll),
    }))
  }

  tokens({ tokens }: Window): number {
    return tokens
  }

  weight({ tokens }: Window): number {
    return tokens
  }

  loss({ index }: Window, draw: number): Tensor {
    const { batch, dropout, embeddingDropout, unroll } = this.#recipe
    const { inputs, targets } = windowOf(this.#parts.training, unroll, index)
    const first = index === 0 ? this.#network.initialState(batch) : this.#nextState(draw)
    const noise = dropout > 0 ? { seed: this.#seed, draw, dropout, embeddingDropout, weightDrop: 0 } : undefined
    const { output, state } = this.#network.read(inputs, batch, first, noise)
    this.#state = stored(state)
    return crossEntropy(this.#network.logits(output), targets)
  }

  /** The state after the last window, but for the runs that begin anew: their first state is 0. */
  #nextState(draw: number): RecurrentState[] {
    const { batch, restart = 0 } = this.#recipe
    const { device } = this.#network
    const carried = carriedOn(this.#state, device)
    const key = keyOf(this.#seed, 'state restart', draw)
    const kept = Float32Array.from({ length: batch }, (_, b) => (uniform(key, b) < restart ? 0 : 1))
    if (!kept.includes(0)) return carried
    const factor = tensor(kept, [batch, 1], { device })
    return carried.map(layer => Object.fromEntries(Object.entries(layer).map(([name, t]) => [name, mul(t, factor)])))
  }

  async validate(turns: Turns): Promise<LossFigures> {
    return lossFigures(await judgeRuns(this.#network, this.#parts.validation, turns))
  }

  readonly carried = {
    /** `h_l0`, `c_l0`, …: [B, H] each. */
    capture: (): Map<string, StateArray> => namedArrays(this.#state),
    restore: (arrays: ReadonlyMap<string, StateArray>): void => {
      const names = Object.keys(this.#network.cell.state)
      this.#state = this.#recipe.hidden.map((_, k) =>
        Object.fromEntries(names.map(name => [name, arrays.get(`${name}_l${k}`) as StateArray])),
      )
    },
  }

  carriedShapes(): Map<string, readonly number[]> {
    return new Map([...namedArrays(this.#state)].map(([name, { shape }]) => [name, shape]))
  }
}
