/** The measured roof: what OpenBLAS reaches on products, of any shape and of a workload's own shapes. */
import { type Phase, type Workload, workloads, workOf } from '../../src/benchmarks/workloads.ts'
import { best, type Results } from './results.ts'

const GATES = { lstm: 4, gru: 3, rnn: 1 } as const

/** GFLOP/s of one shape of `workloads.json`, null: not measured. */
export function gemmRate(results: Results, name: string, threads: number): number | null {
  const value = best(results, { peer: 'numpy', threads, workload: `gemm:${name}`, phase: 'infer' })
  const [m, n, k] = value?.row.shape ?? [0, 0, 0]
  return value ? (2 * m * n * k) / value.ms / 1e6 : null
}

/** GFLOP/s of a workload's phase that takes so many milliseconds. */
export const rateOf = (workload: string, phase: string, ms: number): number =>
  workOf(workloads[workload], phase as Phase).flops / ms / 1e6

/** The best of all shapes, GFLOP/s; 0: none was measured. */
export function sgemmRoof({ rows, notes }: Results, threads: number): number {
  const names = new Set(rows.filter(r => r.peer === 'numpy').map(r => r.workload.replace('gemm:', '')))
  return Math.max(0, ...[...names].map(name => gemmRate({ rows, notes }, name, threads) ?? 0))
}

/**
 * Milliseconds that a layer's products take OpenBLAS, each at the rate of its own shape: the input product and the
 * steps' products, in training both once more for the gradients of x and h, and the weight gradients.
 */
export function productsMs(results: Results, workload: string, phase: string, threads: number): number | null {
  const w: Workload = workloads[workload]
  if (w.kind !== 'layer') return null
  const rate = (part: string) =>
    gemmRate(results, `${workload}.${part}`, threads) ?? gemmRate(results, `lstm-small.${part}`, threads)
  const [input, step, dW] = [rate('input'), rate('step'), rate('dW')]
  if (input === null || step === null || dW === null) return null
  const flops = (width: number) => 2 * w.T * w.B * GATES[w.cell] * w.H * width
  const once = (flops(w.I) / input + flops(w.H) / step) / 1e6
  return phase === 'train' ? 2 * once + flops(w.I + w.H) / dW / 1e6 : once
}
