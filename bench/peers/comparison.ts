/** What the tables of a comparison have in common: their rows, and which results stand in them. */
import { workloads } from '../../src/benchmarks/workloads.ts'
import { best, type Results, type Value } from './results.ts'

export const THREADS = [1, 2] as const
export const PEERS = ['pytorch', 'onnxruntime-node', 'onnxruntime-web'] as const

export interface Place {
  readonly workload: string
  readonly phase: string
  readonly form?: string
}

export const nameOf = ({ workload, phase, form }: Place): string =>
  `${workload} ${phase === workload ? '' : phase}${form ? ` (${form})` : ''}`.trim()

export const places: readonly Place[] = Object.entries(workloads).flatMap(([workload, { phases }]) => [
  ...phases.map(phase => ({ workload, phase })),
  ...(workload === 'sentiment' ? [{ workload, phase: 'train', form: 'lazy' }] : []),
])

export const digits = (x: number): string => (x >= 100 ? x.toFixed(0) : x >= 10 ? x.toFixed(1) : x.toPrecision(3))
export const percent = (x: number): string => `${(100 * x).toFixed(0)} %`

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map((_, k) => (k === 0 ? '---' : '--:')), ...rows].map(cells => `| ${cells.join(' | ')} |\n`).join('')

export const shownMs = (value: Value | null): string => (value ? value.mark + digits(value.ms) : '')

export const own = (results: Results, place: Place, threads: number, mode = 'wide'): Value | null =>
  best(results, { peer: 'sluice', backend: `wasm-${mode}`, threads, ...place })

export const bestPeer = (results: Results, place: Place, threads: number): Value | null =>
  PEERS.map(peer => best(results, { peer, threads, ...place }))
    .filter(v => v !== null)
    .sort((a, b) => a.ms - b.ms)[0] ?? null
