/**
 * A cell over packed sequences, forward (design §4): chunk by chunk, the input product of the whole chunk, then for
 * each step the cell's stages on the live rows.
 */
import { variable } from '../../../formula/expression.ts'
import { program } from '../../../formula/program.ts'
import type { ProjectionStage, Stage } from '../../../formula/stages.ts'
import type { ForwardResult, RecurrentCall, TrainingCall } from '../../recurrent.ts'
import { linkedKernel } from '../linked-kernels.ts'
import { productNanoseconds } from '../product/products.ts'
import type { WasmMatrix } from '../wasm-matrix.ts'
import { type Binding, locate } from './bound-program.ts'
import type { Chunk } from './chunks.ts'
import { ForwardPanels, type Rows, shifted } from './panels.ts'
import { type Engine, Pass, type RunStage, rowsOf, split } from './pass.ts'
import { ProjectionPanels } from './projection.ts'

const repeatBias = program([{ name: 'z', value: variable('bias') }])

export function recurrentForward(engine: Engine, call: RecurrentCall, result: ForwardResult, training: boolean): void {
  const pass = new Pass(engine, call, result)
  try {
    const { beginChunk, steps } = prepareForward(
      pass,
      training ? (call as TrainingCall).cell.training : call.cell.forward,
    )
    beginLastStates(pass)
    for (const chunk of pass.chunks) {
      beginChunk(call, chunk)
      pass.runSteps(chunk, steps, 'forward')
    }
    finishLastStates(pass)
  } finally {
    pass.end()
  }
}

/** A forward pass ready to run: weights packed, programs compiled and bound. */
export interface PreparedForward {
  /** What a chunk's slots begin with: the input product, the biases. @param input  Of the whole pass. */
  readonly beginChunk: (input: Pick<RecurrentCall, 'x' | 'indices'>, chunk: Chunk) => void
  readonly steps: readonly RunStage[]
}

export function prepareForward(pass: Pass, stages: readonly Stage[]): PreparedForward {
  const { call, layout, engine, work } = pass
  const { inputSlots } = call.cell
  const weightIh = call.weights.weightIh as WasmMatrix
  const input =
    inputSlots > 0
      ? new ForwardPanels(
          pass,
          weightIh,
          layout.runs(0, inputSlots, 'input'),
          call.packing.tokens === 1 && !call.indices ? 'one' : 'many',
        )
      : null
  const bias = biasRow(pass)
  const begin = beginRecurrentSlots(pass, bias)
  const steps = stages.map(stage => prepare(pass, stage))
  const multiply = (x: Rows, z: Rows, rows: number) => input?.multiplyFrom(bias, x, z, rows)
  const table = input && call.indices ? linkedKernel('inputTable')(pass, multiply) : null
  const beginChunk: PreparedForward['beginChunk'] = ({ x, indices }, chunk) => {
    pass.beginChunk(chunk)
    if (table && indices) table.begin(indices, chunk)
    const nanoseconds = table ? 0 : productNanoseconds(chunk.rows, call.x.columns, layout.rowFloats)
    engine.runtime.split({ count: chunk.rows, nanoseconds }, (from, to) => {
      begin(from, to)
      if (!table) multiply(shifted(rowsOf(x), chunk.firstRow + from), shifted(work, from), to - from)
    })
  }
  return { beginChunk, steps }
}

/** Slots without an input half begin with their bias alone; the others do so in the input product. */
function beginRecurrentSlots(pass: Pass, bias: number): (from: number, to: number) => void {
  const { call, layout, engine, work } = pass
  const { slots, inputSlots } = call.cell
  const columns = (slots.length - inputSlots) * layout.width
  if (columns === 0) return () => {}
  const offset = inputSlots * layout.width * 4
  const kernel = engine.kernels.compile(repeatBias)
  const source = { address: bias + offset, rowStrideBytes: 0 }
  return (from, to) => {
    const target = { address: shifted(work, from).address + offset, rowStrideBytes: work.rowBytes }
    kernel.run([source, target], [], to - from, columns)
  }
}

function prepare(pass: Pass, stage: Stage): RunStage {
  if (stage.kind === 'pointwise') {
    const bound = pass.bindProgram(stage.program, name => bind(pass, name))
    return (place, from, to) => bound.run(place, from, to)
  }
  if (stage.kind === 'mean') return pass.meanStage(stage)
  if (stage.kind === 'projection') return project(pass, stage)
  const runs = pass.layout.runs(stage.begin, stage.end, 'recurrent')
  const panels = new ForwardPanels(pass, pass.call.weights.weightHh as WasmMatrix, runs, pass.rowsOfStep)
  const operand = bind(pass, stage.operand)
  return (place, from, to) => {
    panels.multiply(shifted(locate(operand, place), from), pass.workRows(place.rowInChunk + from), to - from)
  }
}

/** n.STATE = operand · Wᵀ. */
function project(pass: Pass, stage: ProjectionStage): RunStage {
  const { engine, scratch, call } = pass
  const panels = new ProjectionPanels(engine.products, scratch, call.weights.projections[stage.name] as WasmMatrix)
  const operand = bind(pass, stage.operand)
  const target = pass.after(stage.state)
  return (place, from, to) => {
    panels.project(shifted(locate(operand, place), from), shifted(locate(target, place), from), to - from)
  }
}

/** Memory of the names of `CellProgram`, forward. */
function bind(pass: Pass, name: string): Binding {
  const { result } = pass
  const [kind, rest] = split(name)
  switch (kind) {
    case 'z':
      return pass.slot(rest)
    case 'p':
      return pass.before(rest)
    case 'n':
      return pass.after(rest)
    case 'w':
      return pass.parameter(rest)
    case 's':
      return { at: 'step', ...rowsOf(result.saved[Number(rest)]) }
    case 'q':
      return { at: 'step', ...rowsOf(result.recorded[rest]) }
    case 'k':
      return pass.mask(rest)
    case 'r':
    case 'm':
      return { at: 'fixed', ...pass.stepRows(name) }
    case 'o':
      return operand(pass, Number(rest))
    default:
      throw new Error(`internal: no memory for ${name}`)
  }
}

/** A computed operand is kept for the weight gradients in training, else for its step only. */
function operand(pass: Pass, k: number): Binding {
  const kept = pass.result.operands[k]
  if (kept) return { at: 'step', ...rowsOf(kept) }
  const made = pass.stepOperands[k] ?? pass.forStep()
  pass.stepOperands[k] = made
  return { at: 'fixed', ...made }
}

/** b_ih + b_hh for a slot that holds both halves, else the one it holds, [slots · width]. */
function biasRow(pass: Pass): number {
  const { call, layout, scratch, engine } = pass
  const address = scratch.floats(layout.rowFloats)
  const { floats } = engine.runtime.memory
  call.cell.slots.forEach((slot, index) => {
    const add = (bias: unknown, half: 'input' | 'recurrent') => {
      const from = (bias as WasmMatrix).address / 4 + layout.weightRow(index, half)
      const to = address / 4 + index * layout.width
      for (let j = 0; j < layout.hiddenSize; j++) floats[to + j] += floats[from + j]
    }
    if (slot.hasInput) add(call.weights.biasIh, 'input')
    if (slot.operand) add(call.weights.biasHh, 'recurrent')
  })
  return address
}

/** States that are not stored at every step run in place in `last`. */
function beginLastStates({ call, result, engine }: Pass): void {
  const { floats } = engine.runtime.memory
  for (const s of call.cell.states) {
    if (result.states[s]) continue
    const from = call.initial[s] as WasmMatrix
    const to = (result.last[s] as WasmMatrix).address / 4
    floats.copyWithin(to, from.address / 4, from.address / 4 + from.rows * from.stride)
  }
}

/** Each sequence's own last state, from the stored ones. */
function finishLastStates({ call, result, engine, firstRow }: Pass): void {
  const { floats } = engine.runtime.memory
  const { liveRows, batch } = call.packing
  for (const s of call.cell.states) {
    const kept = result.states[s] as WasmMatrix | undefined
    if (!kept) continue
    const last = result.last[s] as WasmMatrix
    let t = liveRows.length - 1
    for (let r = 0; r < batch; r++) {
      while (liveRows[t] <= r) t--
      const from = kept.address / 4 + (firstRow[t] + r) * kept.stride
      floats.copyWithin(last.address / 4 + r * last.stride, from, from + kept.columns)
    }
  }
}
