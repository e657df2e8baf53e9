/**
 * One time step without gradients, as streams and generation run it again and again. Everything that is the same in
 * each call (weights in panels, bound programs, work rows) is made once and kept until a weight changes; a call then
 * copies the state in, runs the stages and copies the new state out.
 *
 * It is the forward pass of `forward.ts` on matrices of its own, so its bits are the same.
 */
import type { Matrix } from '../../matrix.ts'
import { type CellWeights, type ForwardResult, type RecurrentCall, weightMatrices } from '../../recurrent.ts'
import type { DerivedEntry } from '../derived.ts'
import { linkKernels } from '../linked-kernels.ts'
import type { WasmMatrix } from '../wasm-matrix.ts'
import { rowBytes } from '../wasm-matrix.ts'
import type { Place } from './bound-program.ts'
import { type PreparedForward, prepareForward } from './forward.ts'
import { type Engine, Pass } from './pass.ts'
import { Scratch } from './scratch.ts'

/** More rows spend their time in products, and are seldom as many again. */
const MOST_ROWS = 8

const PLACE: Place = { row: 0, rowInChunk: 0, rowBefore: -1 }

export class SingleSteps {
  readonly #engine: Engine
  /** By one of their weights. */
  readonly #steps = new WeakMap<Matrix, SingleStep[]>()

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** The step to run a call with, or null: it is not one that is kept. */
  find(call: RecurrentCall, { recorded }: ForwardResult): SingleStep | null {
    const { weights, packing, noise } = call
    const key = weights.weightHh ?? weights.weightIh
    if (packing.liveRows.length !== 1 || packing.batch > MOST_ROWS || noise || !key) return null
    for (const _ in recorded) return null
    const known = this.#steps.get(key)?.find(step => step.isFor(call))
    return known ?? this.#make(key, call)
  }

  #make(key: Matrix, call: RecurrentCall): SingleStep {
    const step = new SingleStep(this.#engine, call)
    const others = this.#steps.get(key)?.filter(other => other.isValid) ?? []
    this.#steps.set(key, [...others, step])
    return step
  }
}

export class SingleStep {
  readonly #engine: Engine
  readonly #call: RecurrentCall
  readonly #result: ForwardResult
  readonly #pass: Pass
  readonly #forward: PreparedForward
  readonly #derived: DerivedEntry

  constructor(engine: Engine, call: RecurrentCall) {
    this.#engine = engine
    const scratch = new Scratch(engine.runtime.memory)
    const like = ({ rows, columns, stride }: Matrix): WasmMatrix => ({
      ...{ rows, columns, stride },
      address: scratch.floats(rows * stride),
    })
    const { output } = call.cell.equations
    const initial = Object.fromEntries(Object.entries(call.initial).map(([name, m]) => [name, like(m)]))
    const last = Object.fromEntries(Object.entries(call.initial).map(([name, m]) => [name, like(m)]))
    this.#call = { ...call, initial }
    this.#result = { states: { [output]: last[output] }, last, saved: [], operands: [], recorded: {} }
    this.#pass = new Pass(engine, this.#call, this.#result, scratch)
    try {
      this.#forward = prepareForward(this.#pass, call.cell.forward)
    } catch (failure) {
      this.#pass.end()
      throw failure
    }
    this.#derived = engine.runtime.derived.keep(
      [...weightMatrices(call.weights), ...(call.indices ? [call.x] : [])],
      () => this.#pass.end(),
    )
  }

  get isValid(): boolean {
    return this.#derived.isValid
  }

  isFor({ cell, hiddenSize, weights, packing, x, indices }: RecurrentCall): boolean {
    const own = this.#call
    return (
      this.#derived.isValid &&
      own.cell === cell &&
      own.hiddenSize === hiddenSize &&
      own.packing.batch === packing.batch &&
      // A table is multiplied once; rows that stand by themselves are read anew each time.
      (indices ? own.x === x : !own.indices) &&
      areSame(own.weights, weights)
    )
  }

  run({ x, indices, initial }: RecurrentCall, { states, last }: ForwardResult): void {
    const { cell } = this.#call
    const { output } = cell.equations
    for (const s of cell.states) {
      // The output is kept for all steps, and so stands in another matrix than the state before.
      this.#copy((s === output ? this.#call.initial : this.#result.last)[s], initial[s])
    }
    this.#forward.beginChunk({ x, indices }, this.#pass.chunks[0])
    for (const run of this.#forward.steps) run(PLACE, 0, this.#call.packing.batch)
    for (const s of cell.states) this.#copy(last[s], this.#result.last[s])
    if (states[output] !== last[output]) this.#copy(states[output], this.#result.last[output])
  }

  #copy(target: Matrix, source: Matrix): void {
    const [to, from] = [target as WasmMatrix, source as WasmMatrix]
    this.#engine.runtime.move(to.address, from.address, from.rows * rowBytes(from))
  }
}

function areSame(a: CellWeights, b: CellWeights): boolean {
  if (a.weightIh !== b.weightIh || a.weightHh !== b.weightHh || a.biasIh !== b.biasIh || a.biasHh !== b.biasHh) {
    return false
  }
  for (const name in a.parameters) if (a.parameters[name] !== b.parameters[name]) return false
  for (const name in a.projections) if (a.projections[name] !== b.projections[name]) return false
  return true
}

export const linkSingleSteps = (): void => linkKernels({ singleSteps: (engine: Engine) => new SingleSteps(engine) })
