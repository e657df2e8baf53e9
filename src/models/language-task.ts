/**
 * How a text becomes losses and judgements: what the training loop needs of a language model. Truncated
 * back-propagation through time: windows of `unroll` steps of B neighbouring runs, in order; the state at the end of
 * one begins the next, without a gradient, and each epoch begins anew.
 *
 * Now and then a run begins anew at a window, too. A model that has read 30,000 characters since its last beginning has
 * no reason to do well after one: without this, a model of tiny-shakespeare whose loss in training was 1.7 nats stayed
 * at 7.3 for all of the validation text, in a state that its first characters had led it to.
 */
import { countWindows, windowAt } from '../data/contiguous-batches.ts'
import type { RecurrentState } from '../layers/recurrent-options.ts'
import { uniform } from '../random/draw.ts'
import { keyOf } from '../random/key.ts'
import { add, crossEntropy, mul, sub, type Tensor, tensor } from '../tensor/index.ts'
import type { TrainingTask } from '../training/loop.ts'
import type { StateArray } from '../training/loop-state.ts'
import type { Parameters } from '../training/optimizer-state.ts'
import type { Turns } from '../training/turns.ts'
import { judgeText } from './language-judgement.ts'
import type { LanguageModelOptions } from './language-model-options.ts'
import type { LanguageNetwork } from './language-network.ts'
import type { CodedText } from './language-text.ts'

/** A type, not an interface: the loop wants a record. */
export type LanguageValidation = {
  readonly loss: number
  readonly perplexity: number
  readonly bitsPerToken: number
  /** Predictions. */
  readonly tokens: number
}

/** Probability that a run begins anew at a window: once in 50 windows. */
const RESTART = 0.02

/** A window by its place in the epoch, from 0. */
interface Window {
  readonly index: number
  /** Predictions, T·B. */
  readonly tokens: number
}

/** Values of a state, as they were read from the device. */
interface StoredState {
  readonly shape: readonly number[]
  readonly data: Float32Array | Float64Array
}

export class LanguageTask implements TrainingTask<Window, LanguageValidation> {
  readonly parameters: Parameters
  readonly #network: LanguageNetwork
  readonly #text: CodedText
  readonly #settings: LanguageModelOptions
  readonly #layout: { readonly batch: number; readonly unroll: number }
  /** Of each layer, after the last window; null before the first one ever. */
  #state: readonly Readonly<Record<string, StoredState>>[] | null = null

  /** @param parameters  Those of the network that are trained. */
  constructor(network: LanguageNetwork, parameters: Parameters, text: CodedText, settings: LanguageModelOptions) {
    this.parameters = parameters
    this.#network = network
    this.#text = text
    this.#settings = settings
    this.#layout = layoutOf(text.training.length, settings)
  }

  batches(): Window[] {
    const { batch, unroll } = this.#layout
    const length = Math.floor((this.#text.training.length - 1) / batch)
    return Array.from({ length: countWindows(this.#text.training.length, this.#layout) }, (_, index) => ({
      index,
      tokens: batch * Math.min(unroll, length - index * unroll),
    }))
  }

  tokens({ tokens }: Window): number {
    return tokens
  }

  weight({ tokens }: Window): number {
    return tokens
  }

  loss({ index }: Window, draw: number): Tensor {
    const { batch } = this.#layout
    const { labelSmoothing } = this.#settings
    const { inputs, targets } = windowAt(this.#text.training, this.#layout, index)
    const first = index === 0 || !this.#state ? this.#network.initialState(batch) : this.#nextState(this.#state, draw)
    const { output, state } = this.#network.read(inputs, batch, first, { ...this.#settings, draw })
    this.#state = stored(state)
    if (labelSmoothing === 0) return this.#network.loss(output, targets)
    return crossEntropy(this.#network.logits(output), targets, { labelSmoothing })
  }

  /** The state of the last window, but for the runs that begin anew. */
  #nextState(stored: readonly Readonly<Record<string, StoredState>>[], draw: number): RecurrentState[] {
    const { device } = this.#network
    const { batch } = this.#layout
    const carried = stored.map(layer => mapped(layer, ({ shape, data }) => tensor(data, shape, { device })))
    const key = keyOf(this.#settings.seed, 'state restart', draw)
    const restarts = Float32Array.from({ length: batch }, (_, b) => (uniform(key, b) < RESTART ? 1 : 0))
    if (!restarts.includes(1)) return carried
    const anew = tensor(restarts, [batch, 1], { device })
    const first = this.#network.initialState(batch)
    return carried.map((layer, k) =>
      Object.fromEntries(
        Object.entries(layer).map(([name, t]) => [name, add(mul(t, sub(1, anew)), mul(first[k][name], anew))]),
      ),
    )
  }

  async validate(turns: Turns): Promise<LanguageValidation> {
    const { loss, perplexity, bitsPerToken, tokens } = await judgeText(this.#network, [this.#text.validation], turns)
    return { loss, perplexity, bitsPerToken, tokens }
  }

  readonly carried = {
    /** `h_l0`, `c_l0`, …: [B, H] each. */
    capture: (): Map<string, StateArray> => {
      const state = this.#state ?? stored(this.#network.initialState(this.#layout.batch))
      const named = state.flatMap((layer, k) =>
        Object.entries(layer).map(([name, { shape, data }]): [string, StateArray] => [
          `${name}_l${k}`,
          { shape, data: Float32Array.from(data) },
        ]),
      )
      return new Map(named)
    },
    restore: (arrays: ReadonlyMap<string, StateArray>): void => {
      const names = Object.keys(this.#network.cell.state)
      this.#state = this.#network.sizes.hidden.map((_, k) =>
        Object.fromEntries(names.map(name => [name, arrays.get(`${name}_l${k}`) as StateArray])),
      )
    },
  }

  /** Names and shapes of what `carried` captures. */
  carriedShapes(): Map<string, readonly number[]> {
    return new Map([...this.carried.capture()].map(([name, { shape }]) => [name, shape]))
  }
}

/** As asked for; of a short text fewer runs, so that each is as long as a window, if there are that many tokens. */
export function layoutOf(tokens: number, { batch, unroll }: LanguageModelOptions) {
  return { batch: Math.max(1, Math.min(batch, Math.floor((tokens - 1) / unroll))), unroll }
}

const stored = (state: readonly RecurrentState[]) =>
  state.map(layer => mapped(layer, t => ({ shape: [...t.shape], data: t.toArray() })))

const mapped = <A, B>(object: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]))
