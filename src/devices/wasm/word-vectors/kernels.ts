/** The module of one kind of training: which functions it has, and how the main thread sees them. */
import type { Assembler } from '../assembler.ts'
import { I32 } from '../code.ts'
import { Constants } from '../constants.ts'
import type { Runtime } from '../runtime.ts'
import { emitBarrier } from './barrier.ts'
import { type Architecture, emitTraining } from './batches.ts'
import { jobLocals } from './job.ts'
import { addLaneNumbers, emitFilter, emitPlan } from './plan.ts'
import { emitLoss, emitRowKernels, emitScores, emitSumLanes } from './rows.ts'
import { PATH_TARGETS, tilingOf } from './tiles.ts'

/** What decides about the code of a training. */
export interface TrainingKind {
  readonly architecture: Architecture
  /** Negative words of a place; null: hierarchical softmax. */
  readonly negatives: number | null
}

/** Each takes the address of a job. */
export interface WordVectorKernels {
  /** Sub-sampling and windows. */
  readonly filter: (job: number) => void
  /** Items and tiles of the places from … to − 1. */
  readonly plan: (job: number, from: number, to: number) => void
  /** Waits for the other threads. */
  readonly meet: (job: number) => void
  readonly train: (job: number) => void
  /** All of that by one thread. */
  readonly run: (job: number) => void
}

/** The kernels of a runtime, compiled once, and where their constants stand. */
export function kernelsFor(runtime: Runtime, kind: TrainingKind): { kernels: WordVectorKernels; constants: number } {
  return runtime.kept(`word-vectors-${kind.architecture}-${kind.negatives}`, () => {
    const constants = new Constants()
    addLaneNumbers(constants)
    const kernels = runtime.compile<WordVectorKernels>(assembler => emitAll(assembler, runtime, kind, constants))
    return { kernels, constants: runtime.keep(constants) }
  })
}

function emitAll(assembler: Assembler, runtime: Runtime, kind: TrainingKind, table: Constants): void {
  const { arithmetic, memory } = runtime
  const { architecture, negatives } = kind
  const tiling = negatives === null ? null : tilingOf(negatives + 1)
  const filter = emitFilter(assembler, arithmetic, table)
  const plan = emitPlan(assembler, arithmetic, table, tiling && { count: negatives as number, tiling })
  const barrier = memory.isShared ? emitBarrier(assembler) : null
  const train = emitTraining(assembler, architecture, {
    rows: emitRowKernels(assembler, arithmetic, tiling?.targets ?? PATH_TARGETS),
    sumLanes: emitSumLanes(assembler),
    scores: emitScores(assembler, arithmetic, table),
    loss: emitLoss(assembler, arithmetic, table),
    barrier,
  })
  assembler.function('meet', { parameters: [I32] }, (code, [job]) => {
    const { sequence } = jobLocals(code, job, ['sequence'])
    if (barrier !== null) code.get(job).get(sequence).call(barrier)
  })
  assembler.function('run', { parameters: [I32] }, (code, [job]) => {
    code.get(job).call(filter)
    const { count } = jobLocals(code, job, ['count'])
    code.get(job).i32(0).get(count).call(plan)
    code.get(job).call(train)
  })
}
