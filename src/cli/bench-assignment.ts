/** What `bench` tells the process that measures. */
import type { MeasureOptions } from '../benchmarks/measure.ts'
import type { Mode, Subject } from '../benchmarks/result-line.ts'
import type { Phase } from '../benchmarks/workloads.ts'
import { LIBRARY_VERSION } from '../version.ts'

export interface Assignment {
  readonly workload: string
  readonly phase: Phase
  readonly form?: string
  readonly mode: Mode
  readonly measuring: MeasureOptions
  /** Sample where the time goes too. */
  readonly isProfiled: boolean
  /** When the process was started, ms since 1970. */
  readonly startedAt: number
}

export function subjectOf({ workload, phase, form, mode, measuring }: Assignment): Subject {
  const { threads } = measuring
  const what = { workload, phase, ...(form !== undefined && { form }) }
  return { peer: 'sluice', version: LIBRARY_VERSION, backend: `wasm-${mode}`, threads, ...what }
}
