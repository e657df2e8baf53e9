/**
 * What is to be reached: how many times as fast as the best peer, wide mode, by workload and phase; for one thread and
 * for two. The peer is the best of PyTorch, ONNX Runtime and ONNX Runtime web with as many threads.
 */
export interface Target {
  readonly workload: string
  readonly phase: string
  readonly form?: string
  /** For one thread, for two. */
  readonly ratios: readonly [number, number]
}

const both = (workload: string, train: readonly [number, number], infer: readonly [number, number]): Target[] => [
  { workload, phase: 'train', ratios: train },
  { workload, phase: 'infer', ratios: infer },
]

export const targets: readonly Target[] = [
  ...both('lstm-small', [1.8, 1.7], [1.15, 1.1]),
  ...both('lstm-medium', [1.4, 1.4], [1.0, 1.0]),
  ...both('lstm-large', [1.4, 1.35], [1.0, 1.0]),
  ...both('gru-small', [1.8, 1.6], [1.2, 1.1]),
  ...both('rnn-small', [1.8, 1.6], [1.4, 1.4]),
  ...both('lstm-latency', [4, 4], [1.2, 1.2]),
  { workload: 'stream', phase: 'stream', ratios: [1.3, 1.3] },
  { workload: 'generate', phase: 'generate', ratios: [2, 2] },
  { workload: 'ptb-small', phase: 'train', ratios: [1.35, 1.4] },
  { workload: 'char-lm', phase: 'train', ratios: [1.6, 1.5] },
  { workload: 'sentiment', phase: 'train', ratios: [2, 2] },
  { workload: 'sentiment', phase: 'train', form: 'lazy', ratios: [3, 3] },
]

/** Of the roof of a layer's own products: past that a row is reached, whatever its ratio. One thread, two. */
export const ROOF_SHARES = [0.85, 0.8] as const

/** Of a large sgemm, on lstm-large train. */
export const SGEMM_SHARES = [0.83, 0.78] as const

/** One thread to two, wide, train. */
export const SPEED_UPS: Readonly<Record<string, number>> = { 'lstm-small': 1.7, 'lstm-medium': 1.8, 'lstm-large': 1.8 }

/** Peak memory of lstm-medium's training, of PyTorch's. */
export const MEMORY_SHARE = 0.8
