/** The targets' table: what was to be reached, and whether it is. */
import { bestPeer, nameOf, own, type Place, table } from './comparison.ts'
import { best, type Results, type Value } from './results.ts'
import { productsMs, rateOf, sgemmRoof } from './roof.ts'
import { MEMORY_SHARE, ROOF_SHARES, SGEMM_SHARES, SPEED_UPS, type Target, targets } from './targets.ts'

const UNSETTLED = 'disturbed, not settled'

/** Only quiet results settle a row: of disturbed ones neither the ratio nor the roof is known well enough. */
function targetCell(results: Results, target: Target, threads: 1 | 2): string {
  const { ratios, ...place } = target
  const wanted = ratios[threads - 1]
  const ours = own(results, place, threads)
  const theirs = bestPeer(results, place, threads)
  if (!ours || !theirs) return `${wanted}: not measured`
  const times = theirs.ms / ours.ms
  if (ours.mark || theirs.mark) return `${wanted}: ~${times.toFixed(2)} × ${theirs.row.peer}, ${UNSETTLED}`
  const isAtRoof = shareOfRoof(quietOnly(results), place, threads, ours.ms) >= ROOF_SHARES[threads - 1]
  const said = times >= wanted ? 'reached' : isAtRoof ? 'reached, by the roof' : '**not reached**'
  return `${wanted}: ${times.toFixed(2)} × ${theirs.row.peer}, ${said}`
}

/** Of the workload's own products; where those are not measured, of the fastest of all shapes, which is no less. */
function shareOfRoof(results: Results, { workload, phase }: Place, threads: number, ms: number): number {
  const products = productsMs(results, workload, phase, threads)
  if (products !== null) return products / ms
  const sgemm = sgemmRoof(results, threads)
  return sgemm > 0 ? rateOf(workload, phase, ms) / sgemm : 0
}

const quietOnly = ({ rows, notes }: Results): Results => ({ rows: rows.filter(r => r.quiet), notes })

export function targetsTable(results: Results): string {
  const rows = targets.map(t => [nameOf(t), targetCell(results, t, 1), targetCell(results, t, 2)])
  return table(['workload', 'one thread', 'two threads'], [...rows, ...furtherTargets(results)])
}

/** A number that a target compares, and whether other processes disturbed it. */
interface Measured {
  readonly value: number
  readonly isQuiet: boolean
}

/** `wanted: what there is, whether that will do`. */
function ratio(wanted: number, above: Measured | null, below: Measured | null): string {
  if (!above || !below) return `${wanted}: not measured`
  const found = above.value / below.value
  if (!above.isQuiet || !below.isQuiet) return `${wanted}: ~${found.toFixed(2)}, ${UNSETTLED}`
  return `${wanted}: ${found.toFixed(2)}, ${found >= wanted ? 'reached' : '**not reached**'}`
}

const timeOf = (v: Value | null): Measured | null => v && { value: v.ms, isQuiet: v.mark === '' }
/** Peak memory does not depend on what else runs. */
const memoryOf = (v: Value | null): Measured | null => v && { value: v.row.peak_rss_mb, isQuiet: true }

const train = (workload: string, form?: string): Place => ({ workload, phase: 'train', ...(form && { form }) })
const [small, medium, large] = ['lstm-small', 'lstm-medium', 'lstm-large'].map(name => train(name))
const smallInfer: Place = { workload: 'lstm-small', phase: 'infer' }
const NARROW_RATIOS = [1, 1.2]

/** Those that are no ratio of wide mode to the best peer. */
function furtherTargets(results: Results): string[][] {
  const wide = (place: Place, threads: number) => timeOf(own(results, place, threads))
  const narrow = (place: Place, threads: number) => timeOf(own(results, place, threads, 'narrow'))
  const peer = (name: string, place: Place, threads: number) => best(results, { peer: name, threads, ...place })
  const ofThreads = (cell: (threads: number, k: number) => string) => [1, 2].map(cell)
  const web = (t: number) => timeOf(peer('onnxruntime-web', smallInfer, t))
  const speedUps = Object.entries(SPEED_UPS).map(([workload, wanted]) => [
    `${workload} train, 1 → 2 threads`,
    '',
    ratio(wanted, wide(train(workload), 1), wide(train(workload), 2)),
  ])
  return [
    ['lstm-small train against tfjs wasm', ratio(50, timeOf(peer('tfjs', small, 1)), wide(small, 1)), ''],
    [
      'narrow: lstm-small train',
      ...ofThreads((t, k) => ratio(NARROW_RATIOS[k], timeOf(bestPeer(results, small, t)), narrow(small, t))),
    ],
    ['narrow: lstm-small infer against onnxruntime-web', ...ofThreads(t => ratio(1.8, web(t), narrow(smallInfer, t)))],
    [
      "a user's own LSTM against the built-in one",
      ratio(0.95, wide(small, 1), wide(train('lstm-small', 'own-cell'), 1)),
      '',
    ],
    [
      'lstm-large train, share of sgemm',
      ...ofThreads((t, k) => ratio(SGEMM_SHARES[k], largeRate(results, t), sgemm(results, t))),
    ],
    ...speedUps,
    [
      'lstm-medium train, peak memory: PyTorch / ours',
      ratio(1 / MEMORY_SHARE, memoryOf(peer('pytorch', medium, 1)), memoryOf(own(results, medium, 1))),
      '',
    ],
  ]
}

function largeRate(results: Results, threads: number): Measured | null {
  const ours = timeOf(own(results, large, threads))
  return ours && { value: rateOf('lstm-large', 'train', ours.value), isQuiet: ours.isQuiet }
}

function sgemm(results: Results, threads: number): Measured | null {
  const value = sgemmRoof(results, threads)
  return value > 0 ? { value, isQuiet: sgemmRoof(quietOnly(results), threads) === value } : null
}
