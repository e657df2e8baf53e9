/**
 * The workloads that this library and its peers are measured by: what each is, and how much work a run of it does.
 *
 * `bench/peers/workloads.json` says the same to the peers' programs; a test holds the two together.
 */
import { OptionError } from '../errors/errors.ts'
import { didYouMean } from '../errors/nearest.ts'
import { lengthsOf } from './repeatable-numbers.ts'

export type Phase = 'train' | 'infer' | 'stream' | 'generate'

interface Common {
  readonly cell: 'lstm' | 'gru' | 'rnn'
  /** Time steps, sequences, input width, hidden units, layers. */
  readonly T: number
  readonly B: number
  readonly I: number
  readonly H: number
  readonly L: number
  readonly phases: readonly Phase[]
}

/** One recurrent layer: forward; in training also backward from a gradient of every output. */
export interface LayerWorkload extends Common {
  readonly kind: 'layer'
}

/** One step of a layer, its state carried to the next call. */
export interface StreamWorkload extends Common {
  readonly kind: 'stream'
}

/** One token: one-hot row, a layer with carried state, dense, softmax, draw, read the token, feed it back. */
export interface GenerateWorkload extends Common {
  readonly kind: 'generate'
  readonly input: 'onehot'
  /** Tokens that there are. */
  readonly V: number
}

/** One training step of a language model. */
export interface LanguageModelWorkload extends Common {
  readonly kind: 'lm'
  readonly input: 'onehot' | 'embedding'
  readonly V: number
  readonly optimizer: 'sgd' | 'adam'
  readonly lr: number
  /** Longest gradient over all weights; 0: no bound. */
  readonly clip: number
  /** Whether a step begins with the state that the one before ended with. */
  readonly carryState: boolean
}

/** One training step of a classifier of sentences of unequal length. */
export interface ClassifierWorkload extends Omit<Common, 'T'> {
  readonly kind: 'classify'
  readonly input: 'embedding'
  readonly V: number
  readonly classes: number
  readonly optimizer: 'adam'
  readonly lr: number
  /** The shortest and the longest sentence. */
  readonly lengths: readonly [number, number]
  readonly seed: number
}

export type Workload = LayerWorkload | StreamWorkload | GenerateWorkload | LanguageModelWorkload | ClassifierWorkload

const trainAndInfer = { kind: 'layer', L: 1, phases: ['train', 'infer'] } as const

export const workloads: Readonly<Record<string, Workload>> = {
  'lstm-small': { ...trainAndInfer, cell: 'lstm', T: 128, B: 32, I: 128, H: 128 },
  'lstm-medium': { ...trainAndInfer, cell: 'lstm', T: 64, B: 64, I: 256, H: 512 },
  'lstm-large': { ...trainAndInfer, cell: 'lstm', T: 50, B: 32, I: 1024, H: 1024 },
  'lstm-latency': { ...trainAndInfer, cell: 'lstm', T: 200, B: 1, I: 128, H: 128 },
  stream: { kind: 'stream', cell: 'lstm', T: 1, B: 1, I: 256, H: 256, L: 1, phases: ['stream'] },
  generate: {
    kind: 'generate',
    input: 'onehot',
    cell: 'lstm',
    T: 1,
    B: 1,
    I: 65,
    H: 256,
    L: 1,
    V: 65,
    phases: ['generate'],
  },
  'gru-small': { ...trainAndInfer, cell: 'gru', T: 128, B: 32, I: 128, H: 128 },
  'rnn-small': { ...trainAndInfer, cell: 'rnn', T: 128, B: 32, I: 128, H: 128 },
  'ptb-small': {
    ...{ kind: 'lm', input: 'embedding', cell: 'lstm', T: 20, B: 20, I: 200, H: 200, L: 2, V: 10000 },
    ...{ optimizer: 'sgd', lr: 1.0, clip: 5, carryState: true, phases: ['train'] },
  },
  'char-lm': {
    ...{ kind: 'lm', input: 'onehot', cell: 'lstm', T: 128, B: 32, I: 65, H: 256, L: 2, V: 65 },
    ...{ optimizer: 'adam', lr: 0.002, clip: 0, carryState: false, phases: ['train'] },
  },
  sentiment: {
    ...{ kind: 'classify', input: 'embedding', cell: 'lstm', B: 32, I: 128, H: 128, L: 1, V: 20000, classes: 2 },
    ...{ optimizer: 'adam', lr: 0.001, lengths: [10, 60], seed: 1, phases: ['train'] },
  },
}

/** A workload by its name. @throws {OptionError} there is none; the nearest is suggested. */
export function workloadNamed(name: string): Workload {
  if (Object.hasOwn(workloads, name)) return workloads[name]
  const names = Object.keys(workloads)
  throw new OptionError(`workload: expected one of ${names.join(', ')}, got "${name}".${didYouMean(name, names)}`)
}

const GATES = { lstm: 4, gru: 3, rnn: 1 } as const

export interface Work {
  /** Floating-point operations of the matrix products, padding not counted; training counts three times forward. */
  readonly flops: number
  /** Tokens (of a stream: steps), and sentences where each has a length of its own (else 0). */
  readonly tokens: number
  readonly sentences: number
}

/** The work of one run; of `stream` and `generate`, of one unit. Counted alike for all peers. */
export function workOf(w: Workload, phase: Phase): Work {
  const tokens = w.kind === 'classify' ? lengthsOf(w).reduce((sum, n) => sum + n, 0) : w.T * w.B
  let width = w.I
  let flops = 0
  for (let layer = 0; layer < w.L; layer++) {
    flops += 2 * tokens * GATES[w.cell] * w.H * (width + w.H)
    width = w.H
  }
  if (w.kind === 'lm' || w.kind === 'generate') flops += 2 * tokens * w.H * w.V
  if (w.kind === 'classify') flops += 2 * w.B * w.H * w.classes
  return { flops: flops * (phase === 'train' ? 3 : 1), tokens, sentences: w.kind === 'classify' ? w.B : 0 }
}
