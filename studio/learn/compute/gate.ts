/** One gate and a small memory, by the equations of the LSTM itself. */
import { lstm } from '../../../src/cells/lstm.ts'
import { activationNamed } from '../../../src/formula/activations.ts'
import { quantityOf } from '../../../src/formula/equations.ts'
import { type Expression, sigmoid, variable } from '../../../src/formula/expression.ts'
import { evaluate, interpret } from '../../../src/formula/interpret.ts'
import { activation } from '../../../src/formula/rewrites.ts'
import { CURVE } from './curve-places.ts'

export interface GateAsk {
  readonly weight: number
  readonly input: number
  readonly bias: number
}

export interface GateAnswer {
  readonly sum: number
  readonly gate: number
  /** σ over CURVE. */
  readonly curve: readonly number[]
}

export function gate({ weight, input, bias }: GateAsk): GateAnswer {
  const sum = weight * input + bias
  const at = (x: number) => evaluate(sigmoid(variable('x')), () => x)
  return { sum, gate: at(sum), curve: CURVE.map(at) }
}

export interface MemoryAsk {
  readonly forget: number
  readonly write: number
  /** [steps][units] */
  readonly candidates: readonly (readonly number[])[]
}

/** C_t = f ⊙ C_{t−1} + i ⊙ C̃_t, the cell's own expression. @returns [steps][units] */
export function memory({ forget, write, candidates }: MemoryAsk): number[][] {
  const width = candidates[0].length
  const given = new Map<Expression, number>([
    [lstm.quantities.forgetGate, forget],
    [lstm.quantities.inputGate, write],
  ])
  let c = new Float64Array(width)
  return candidates.map(candidate => {
    const cut = cutAt(lstm.state.c, new Map([...given, [lstm.quantities.candidate, Number.NaN]]))
    const [next] = interpret(
      [cut],
      ({ op, name }) => (op === 'previous' ? c : name === 'candidate' ? Float64Array.from(candidate) : Number(name)),
      width,
    )
    c = Float64Array.from(next)
    return [...c]
  })
}

/** Gates as numbers, the candidate as a variable: a leaf's name says which. */
function cutAt(e: Expression, cut: ReadonlyMap<Expression, number>): Expression {
  const at = cut.get(e)
  if (at !== undefined) return variable(Number.isNaN(at) ? 'candidate' : String(at))
  return e.args.length === 0 ? e : { ...e, args: e.args.map(a => cutAt(a, cut)) }
}

/** What another function makes of a gate's sum, over CURVE. */
export function activationCurve({ name }: { readonly name: string }): number[] {
  const cell = activation(lstm, 'forgetGate', activationNamed(name))
  const { op } = quantityOf(cell, 'forgetGate', 'activation')
  return CURVE.map(x => evaluate({ op, args: [variable('x')] }, () => x))
}
