/** The targets' table: what was to be reached, and whether it is. */
import { workloads, workOf } from '../../src/benchmarks/workloads.ts'
import { bestPeer, nameOf, own, type Place, table } from './comparison.ts'
import { best, type Results } from './results.ts'
import { productsMs, sgemmRoof } from './roof.ts'
import { MEMORY_SHARE, ROOF_SHARES, SGEMM_SHARES, SPEED_UPS, type Target, targets } from './targets.ts'

function targetCell(results: Results, target: Target, threads: 1 | 2): string {
  const { ratios, ...place } = target
  const wanted = ratios[threads - 1]
  const ours = own(results, place, threads)
  const theirs = bestPeer(results, place, threads)
  if (!ours || !theirs) return `${wanted}: not measured`
  const ratio = theirs.ms / ours.ms
  const products = productsMs(results, place.workload, place.phase, threads)
  const isAtRoof = products !== null && products / ours.ms >= ROOF_SHARES[threads - 1]
  const said = ratio >= wanted ? 'reached' : isAtRoof ? 'reached, by the roof' : '**not reached**'
  return `${wanted}: ${ours.mark || theirs.mark ? '~' : ''}${ratio.toFixed(2)} × ${theirs.row.peer}, ${said}`
}

export function targetsTable(results: Results): string {
  const rows = targets.map(t => [nameOf(t), targetCell(results, t, 1), targetCell(results, t, 2)])
  return table(['workload', 'one thread', 'two threads'], [...rows, ...furtherTargets(results)])
}

type Measured = number | undefined

/** `wanted: what there is, whether that will do`. */
function ratio(wanted: number, above: Measured, below: Measured): string {
  if (above === undefined || below === undefined) return `${wanted}: not measured`
  return `${wanted}: ${(above / below).toFixed(2)}, ${above / below >= wanted ? 'reached' : '**not reached**'}`
}

const train = (workload: string, form?: string): Place => ({ workload, phase: 'train', ...(form && { form }) })

/** Those that are no ratio of wide mode to the best peer. */
function furtherTargets(results: Results): string[][] {
  const [small, medium] = [train('lstm-small'), train('lstm-medium')]
  const smallInfer: Place = { workload: 'lstm-small', phase: 'infer' }
  const wide = (place: Place, threads: number) => own(results, place, threads)?.ms
  const narrow = (place: Place, threads: number) => own(results, place, threads, 'narrow')?.ms
  const peer = (name: string, place: Place, threads: number) => best(results, { peer: name, threads, ...place })
  const ofThreads = (cell: (threads: number, k: number) => string) => [1, 2].map(cell)
  const wantedOfNarrow = [1, 1.2]
  const torchMemory = peer('pytorch', medium, 1)?.row.peak_rss_mb
  return [
    ['lstm-small train against tfjs wasm', ratio(50, peer('tfjs', small, 1)?.ms, wide(small, 1)), ''],
    [
      'narrow: lstm-small train',
      ...ofThreads((t, k) => ratio(wantedOfNarrow[k], bestPeer(results, small, t)?.ms, narrow(small, t))),
    ],
    [
      'narrow: lstm-small infer against onnxruntime-web',
      ...ofThreads(t => ratio(1.8, peer('onnxruntime-web', smallInfer, t)?.ms, narrow(smallInfer, t))),
    ],
    [
      "a user's own LSTM against the built-in one",
      ratio(0.95, wide(small, 1), wide(train('lstm-small', 'own-cell'), 1)),
      '',
    ],
    [
      'lstm-large train, share of sgemm',
      ...ofThreads((t, k) => ratio(SGEMM_SHARES[k], largeRate(results, t), sgemmOf(results, t))),
    ],
    ...Object.entries(SPEED_UPS).map(([workload, wanted]) => {
      const place = train(workload)
      return [`${workload} train, 1 → 2 threads`, '', ratio(wanted, wide(place, 1), wide(place, 2))]
    }),
    [
      'lstm-medium train, peak memory: PyTorch / ours',
      ratio(1 / MEMORY_SHARE, torchMemory, own(results, medium, 1)?.row.peak_rss_mb),
      '',
    ],
  ]
}

function largeRate(results: Results, threads: number): Measured {
  const ours = own(results, train('lstm-large'), threads)
  return ours ? workOf(workloads['lstm-large'], 'train').flops / ours.ms / 1e6 : undefined
}

const sgemmOf = (results: Results, threads: number): Measured => sgemmRoof(results, threads) || undefined
