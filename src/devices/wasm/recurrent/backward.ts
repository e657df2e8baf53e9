/**
 * Back-propagation through time: chunk by chunk from the end; for each step the cell's backward stages give dZ and the
 * gradients of the states before, then for the whole chunk dX and the weight gradients while dZ is in the cache.
 */
import { add, constant, variable } from '../../../formula/expression.ts'
import { program } from '../../../formula/program.ts'
import type { ProjectionStage, Stage } from '../../../formula/stages.ts'
import type { BackwardArguments, ForwardResult, TrainingCall } from '../../recurrent.ts'
import { productNanoseconds } from '../product/products.ts'
import { shareBegin } from '../threads/shares.ts'
import type { WasmMatrix } from '../wasm-matrix.ts'
import { BackwardPanels } from './backward-panels.ts'
import { type Binding, locate } from './bound-program.ts'
import { type Rows, shifted } from './panels.ts'
import { type Engine, Pass, type RunStage, rowsOf, split } from './pass.ts'
import { ProjectionPanels } from './projection.ts'
import { WeightGradients } from './weight-gradients.ts'

export function recurrentBackward(
  engine: Engine,
  call: TrainingCall,
  result: ForwardResult,
  gradients: BackwardArguments,
): void {
  const pass = new Pass(engine, call, result)
  try {
    runBackward(pass, call.cell.backward, gradients)
  } finally {
    pass.end()
  }
}

function runBackward(pass: Pass, stages: readonly Stage[], gradients: BackwardArguments): void {
  const { call, engine, layout } = pass
  const { runtime } = engine
  beginStateGradients(pass, gradients)
  const weights = new WeightGradients(pass, gradients.weights)
  const memory = new BackwardMemory(pass, gradients, weights)
  const steps = stages.map(stage => prepare(pass, stage, memory))
  const { inputSlots } = call.cell
  const runs = layout.runs(0, inputSlots, 'input')
  const toX = gradients.x && inputSlots > 0 && new BackwardPanels(pass, call.weights.weightIh as WasmMatrix, runs)
  if (gradients.x && !toX) zero(pass, gradients.x as WasmMatrix)
  const dx = gradients.x && rowsOf(gradients.x)
  const zeros = dx ? runtime.zeroRow(dx.rowBytes) : 0
  for (const chunk of pass.chunks.toReversed()) {
    pass.beginChunk(chunk)
    pass.runSteps(chunk, steps, 'backward')
    weights.begin(chunk)
    const work = { count: chunk.rows, nanoseconds: productNanoseconds(chunk.rows, call.x.columns, layout.rowFloats) }
    const shares = runtime.sharesOf(work)
    runtime.divide(shares, share => {
      const [from, to] = [shareBegin(work, shares, share), shareBegin(work, shares, share + 1)]
      if (dx && toX && !weights.table)
        toX.multiplyNew(zeros, shifted(pass.work, from), shifted(dx, chunk.firstRow + from), to - from)
      weights.add(chunk, share, shares)
    })
  }
  if (dx && toX && weights.table) toX.multiplyNew(zeros, weights.table.rows, dx, call.x.rows)
  weights.finish()
}

function prepare(pass: Pass, stage: Stage, memory: BackwardMemory): RunStage {
  if (stage.kind === 'pointwise') {
    const bound = pass.bindProgram(stage.program, name => memory.of(name))
    return (place, from, to) => bound.run(place, from, to)
  }
  if (stage.kind === 'mean') return pass.meanStage(stage)
  if (stage.kind === 'projection') return projectBack(pass, stage, memory)
  const runs = pass.layout.runs(stage.begin, stage.end, 'recurrent')
  const panels = new BackwardPanels(pass, pass.call.weights.weightHh as WasmMatrix, runs, pass.rowsOfStep)
  const [kind, rest] = split(stage.operand)
  // A state's gradient already holds what came point by point; an operand's begins with the first of its products.
  const isFirst = kind === 'o' && memory.begin(rest)
  const target = memory.of(kind === 'o' ? `do.${rest}` : `d.${rest}`)
  return (place, from, to) => {
    const gradient = shifted(locate(target, place), from)
    const dz = pass.workRows(place.rowInChunk + from)
    if (isFirst) zeroRows(pass, gradient, to - from)
    panels.multiply(dz, gradient, to - from)
  }
}

/** g.STATE = d.STATE (+ dy), d.STATE = 0; the operand's gradient = g.STATE · W. */
function projectBack(pass: Pass, { name, operand, state }: ProjectionStage, memory: BackwardMemory): RunStage {
  const { engine, scratch, call } = pass
  const weight = call.weights.projections[name] as WasmMatrix
  const panels = new ProjectionPanels(engine.products, scratch, weight)
  const [, k] = split(operand)
  memory.begin(k)
  const isOutput = state === call.cell.equations.output
  const gather = pass.bindProgram(
    isOutput ? takeOutputGradient : takeGradient,
    n => memory.projected(n, state),
    weight.rows,
  )
  const g = memory.projected('g', state)
  const target = memory.of(`do.${k}`)
  return (place, from, to) => {
    gather.run(place, from, to)
    const gradient = shifted(locate(target, place), from)
    zeroRows(pass, gradient, to - from)
    panels.projectBack(shifted(locate(g, place), from), gradient, to - from)
  }
}

const carried = variable('carried')
const takeGradient = program([
  { name: 'g', value: carried },
  { name: 'carried', value: constant(0) },
])
const takeOutputGradient = program([
  { name: 'g', value: add(variable('dy'), carried) },
  { name: 'carried', value: constant(0) },
])

/** Where each name of `CellProgram` stands, backward. */
class BackwardMemory {
  readonly #pass: Pass
  readonly #gradients: BackwardArguments
  readonly #weights: WeightGradients
  readonly #operands = new Map<string, Rows>()
  readonly #begun = new Set<string>()
  readonly #zeros: number

  constructor(pass: Pass, gradients: BackwardArguments, weights: WeightGradients) {
    this.#pass = pass
    this.#gradients = gradients
    this.#weights = weights
    // As wide as any output, projected ones included.
    this.#zeros = pass.scratch.floats(Math.max(...Object.values(gradients.initial).map(m => m.stride)))
  }

  /** Whether this is the first product that adds to the operand's gradient. */
  begin(operand: string): boolean {
    const isFirst = !this.#begun.has(operand)
    this.#begun.add(operand)
    return isFirst
  }

  /** Memory of what a projection's backward stage works with. */
  projected(name: string, state: string): Binding {
    if (name === 'g') return { at: 'chunk', ...this.#weights.projectedRows(state) }
    return this.of(name === 'dy' ? 'dy' : `d.${state}`)
  }

  of(name: string): Binding {
    const { result } = this.#pass
    const [kind, rest] = split(name)
    switch (kind) {
      case 'dz':
        return this.#pass.slot(rest)
      case 'dy':
        return this.#gradients.output
          ? { at: 'step', ...rowsOf(this.#gradients.output) }
          : { at: 'fixed', address: this.#zeros, rowBytes: 0 }
      case 'd':
        return { at: 'fixed', ...rowsOf(this.#gradients.initial[rest]) }
      case 's':
        return { at: 'step', ...rowsOf(result.saved[Number(rest)]) }
      case 'p':
        return this.#pass.before(rest)
      case 'n':
        return this.#pass.after(rest)
      case 'w':
        return this.#pass.parameter(rest)
      case 'k':
        return this.#pass.mask(rest)
      case 'dr':
      case 'dm':
        return { at: 'fixed', ...this.#pass.stepRows(name) }
      case 'dw':
        return { at: 'chunk', ...this.#weights.parameterRows(rest) }
      case 'do': {
        const rows = this.#operands.get(rest) ?? this.#pass.forStep()
        this.#operands.set(rest, rows)
        return { at: 'fixed', ...rows }
      }
      default:
        throw new Error(`internal: no memory for ${name}`)
    }
  }
}

/** The carried gradient of each state begins with that of its last value and ends as that of the initial one. */
function beginStateGradients(pass: Pass, gradients: BackwardArguments): void {
  const { floats } = pass.engine.runtime.memory
  for (const s of pass.call.cell.states) {
    const to = gradients.initial[s] as WasmMatrix
    const from = gradients.last[s] as WasmMatrix | null
    if (from) floats.copyWithin(to.address / 4, from.address / 4, from.address / 4 + from.rows * from.stride)
    else zero(pass, to)
  }
}

function zero(pass: Pass, matrix: WasmMatrix): void {
  zeroRows(pass, rowsOf(matrix), matrix.rows)
}

function zeroRows({ engine }: Pass, { address, rowBytes }: Rows, rows: number): void {
  engine.runtime.clear(address, rows * rowBytes)
}
