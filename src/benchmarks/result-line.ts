/** A line of results, as the peers' programs print them. */
import type { Measurement } from './measure.ts'
import type { TimeShares } from './time-shares.ts'
import type { Phase, Work } from './workloads.ts'

export type Mode = 'wide' | 'narrow' | 'plain'

/** What was measured. `peer` first: lines are known by it. */
export interface Subject {
  readonly peer: 'sluice'
  readonly version: string
  readonly backend: `wasm-${Mode}`
  readonly threads: number
  readonly workload: string
  readonly phase: Phase
  readonly form?: string
}

export interface Measured extends Subject, Measurement {
  readonly gflops: number | null
  readonly tokens_per_s: number | null
  readonly sentences_per_s?: number
  /** From the start of the process to the end of the first run. */
  readonly first_result_ms: number | null
  /** Version of Node. */
  readonly node?: string
}

/** Where its time goes; `ms_median` is from before the sampling. */
export interface Profiled extends Subject {
  readonly ms_median: number
  readonly profile: TimeShares
}

/** No result, and why. */
export interface Failed extends Subject {
  readonly error: string
}

/**
 * @param measured      Of a run of so many units.
 * @param work          Of one unit.
 */
export function resultLine(
  subject: Subject,
  measured: Measurement,
  {
    units,
    work,
    firstResultMs,
  }: { readonly units: number; readonly work: Work; readonly firstResultMs: number | null },
): Measured {
  const ms = measured.ms_median / units
  const perSecond = (count: number): number | null => (count > 0 ? fourDigits((1000 * count) / ms) : null)
  const sentences = perSecond(work.sentences)
  return {
    ...subject,
    ...measured,
    ms_median: fourDigits(ms),
    ms_min: fourDigits(measured.ms_min / units),
    cpu_ms: fourDigits(measured.cpu_ms / units),
    gflops: fourDigits(work.flops / ms / 1e6),
    tokens_per_s: perSecond(work.tokens),
    ...(sentences !== null && { sentences_per_s: sentences }),
    first_result_ms: firstResultMs === null ? null : Math.round(10 * firstResultMs) / 10,
  }
}

const fourDigits = (x: number): number => Number(x.toPrecision(4))

export type ResultLine = Measured | Profiled | Failed
