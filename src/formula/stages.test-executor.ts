/**
 * Runs a compiled cell over one sequence in the plainest way: what the contract of `CellProgram` says, a row at a time.
 *
 * It is what a kernel does, without speed; the tests compare it with the reference device, which knows no stages.
 */
import type { Expression } from './expression.ts'
import { interpret } from './interpret.ts'
import type { Program } from './program.ts'
import type { CellProgram, MeanStage, ProductStage, ProjectionStage, Stage } from './stages.ts'

type Vector = Float64Array

/** The weights of one layer: rows of [G·H, I] and [G·H, H], biases [G·H], the cell's own vectors [H]. */
export interface Weights {
  readonly weightIh: readonly Vector[]
  readonly weightHh: readonly Vector[]
  readonly biasIh: Vector
  readonly biasHh: Vector
  readonly parameters: Readonly<Record<string, Vector>>
  /** Rows of [P, H]. */
  readonly projections: Readonly<Record<string, readonly Vector[]>>
}

export interface Sequence {
  readonly program: CellProgram
  readonly hiddenSize: number
  readonly weights: Weights
  /** [T][I]. */
  readonly x: readonly Vector[]
  /** [H] a state. */
  readonly initial: Readonly<Record<string, Vector>>
  /** A mask at step t, [H]. */
  maskRow(name: string, t: number): Vector
}

/** All that a step has by name, `z.SLOT` to `s.K`, [H] each. */
type Step = Map<string, Vector>

/** Runs `forward` or `training`: the named values of every step. */
export function runForward(sequence: Sequence, stages: readonly Stage[]): Step[] {
  const { program, x, initial } = sequence
  const steps: Step[] = []
  for (let t = 0; t < x.length; t++) {
    const step: Step = new Map()
    const before = steps[t - 1]
    for (const s of program.states) step.set(`p.${s}`, before ? get(before, `n.${s}`) : vectorOf(initial, s))
    for (const p of program.equations.parameters) step.set(`w.${p}`, vectorOf(sequence.weights.parameters, p))
    for (const mask of program.masks) step.set(`k.${mask.name}`, sequence.maskRow(mask.name, t))
    beginSlots(sequence, x[t] as Vector, step)
    for (const stage of stages) {
      runForwardStage(sequence, stage, step)
    }
    steps.push(step)
  }
  return steps
}

function runForwardStage(sequence: Sequence, stage: Stage, step: Step) {
  switch (stage.kind) {
    case 'pointwise':
      return runPointwise(stage.program, step, sequence.hiddenSize)
    case 'product':
      return eachSlot(sequence, stage, (z, u) => addProduct(get(step, z), u, get(step, stage.operand)))
    case 'mean':
      return runMean(stage, step)
    case 'projection': {
      const weight = sequence.weights.projections[stage.name] as readonly Vector[]
      const state = new Float64Array(weight.length)
      addProduct(state, weight, get(step, stage.operand))
      step.set(`n.${stage.state}`, state)
    }
  }
}

function runMean({ source, target }: MeanStage, step: Step) {
  const row = get(step, source)
  step.set(target, new Float64Array(row.length).fill(row.reduce((sum, v) => sum + v, 0) / row.length))
}

/** W x + b_ih, plus b_hh for a slot with both halves; b_hh alone for a recurrent half. */
function beginSlots({ program, weights, hiddenSize }: Sequence, x: Vector, step: Step) {
  program.slots.forEach((slot, k) => {
    const z = new Float64Array(hiddenSize)
    const rows = rowsOfBlock(program, slot.block, hiddenSize)
    for (let j = 0; j < hiddenSize; j++) {
      if (slot.hasInput) z[j] += weights.biasIh[rows.input + j]
      if (slot.operand) z[j] += weights.biasHh[rows.recurrent + j]
    }
    if (slot.hasInput !== k < program.inputSlots) throw new Error('slots with an input half must come first')
    if (slot.hasInput) addProduct(z, weights.weightIh.slice(rows.input, rows.input + hiddenSize), x)
    step.set(`z.${slot.name}`, z)
  })
}

/** Gradients of the loss; those of the weights are added to what is given. */
export function runBackward(
  sequence: Sequence,
  steps: readonly Step[],
  output: readonly Vector[] | null,
  last: Readonly<Record<string, Vector>>,
  into: Weights,
): { x: Vector[]; initial: Record<string, Vector> } {
  const { program, hiddenSize } = sequence
  const x = sequence.x.map(row => new Float64Array(row.length))
  let carry = new Map(program.states.map(s => [`d.${s}`, vectorOf(last, s)]))
  for (let t = steps.length - 1; t >= 0; t--) {
    const step = new Map([...(steps[t] as Step), ...carry])
    step.set('dy', output?.[t] ?? new Float64Array(vectorOf(last, program.equations.output).length))
    for (const k of program.operands.keys()) step.set(`do.${k}`, new Float64Array(hiddenSize))
    for (const stage of program.backward) {
      if (stage.kind === 'pointwise') runPointwise(stage.program, step, hiddenSize)
      else if (stage.kind === 'mean') runMean(stage, step)
      else if (stage.kind === 'projection') backThroughProjection(sequence, stage, step, into)
      else backThroughProduct(sequence, stage, step, into)
    }
    backThroughInput(sequence, t, step, x[t] as Vector, into)
    carry = new Map(program.states.map(s => [`d.${s}`, get(step, `d.${s}`)]))
  }
  return { x, initial: Object.fromEntries(program.states.map(s => [s, get(carry, `d.${s}`)])) }
}

/** g = d.STATE (+ dy), d.STATE = 0, the operand's gradient += g · W; dW += gᵀ · operand. */
function backThroughProjection(
  { program, weights }: Sequence,
  { name, operand, state }: ProjectionStage,
  step: Step,
  into: Weights,
) {
  const g = get(step, `d.${state}`).slice()
  if (state === program.equations.output) addTo(g, get(step, 'dy'), 1)
  step.set(`d.${state}`, new Float64Array(g.length))
  g.forEach((gj, j) => {
    addTo(get(step, `d${operand}`), weights.projections[name]?.[j] as Vector, gj)
    addTo(into.projections[name]?.[j] as Vector, get(step, operand), gj)
  })
}

/** The operand's gradient += dZ of these slots · U; dU += dZᵀ · operand; db_hh += dZ. */
function backThroughProduct(sequence: Sequence, stage: ProductStage, step: Step, into: Weights) {
  const gradient = get(step, stage.operand.startsWith('p.') ? `d.${stage.operand.slice(2)}` : `d${stage.operand}`)
  eachSlot(sequence, stage, (z, u, first) => {
    get(step, `d${z}`).forEach((dz, j) => {
      addTo(gradient, u[j] as Vector, dz)
      addTo(into.weightHh[first + j] as Vector, get(step, stage.operand), dz)
      into.biasHh[first + j] += dz
    })
  })
}

function backThroughInput(
  { program, weights, x, hiddenSize }: Sequence,
  t: number,
  step: Step,
  dx: Vector,
  to: Weights,
) {
  for (const slot of program.slots.slice(0, program.inputSlots)) {
    const first = rowsOfBlock(program, slot.block, hiddenSize).input
    get(step, `dz.${slot.name}`).forEach((dz, j) => {
      addTo(dx, weights.weightIh[first + j] as Vector, dz)
      addTo(to.weightIh[first + j] as Vector, x[t] as Vector, dz)
      to.biasIh[first + j] += dz
    })
  }
  for (const p of program.equations.parameters) addTo(vectorOf(to.parameters, p), get(step, `dw.${p}`), 1)
}

/** All outputs are computed before one of them is stored: an output may have an input's name (`d.STATE`). */
function runPointwise({ outputs, inputs }: Program, step: Step, width: number) {
  const bound = new Set(inputs.map(i => i.name))
  const leaf = (e: Expression): Vector => {
    if (e.op !== 'variable' || !bound.has(e.name as string)) throw new Error(`unbound leaf ${e.op} ${e.name}`)
    return get(step, e.name as string)
  }
  const roots = outputs.map(o => o.value)
  interpret(roots, leaf, width).forEach((value, k) => {
    step.set((outputs[k] as { name: string }).name, value)
  })
}

/** The slots of a product: the name of the sum, U's rows [H][H], and the first of them in weight_hh. */
function eachSlot(
  { program, weights, hiddenSize }: Sequence,
  { begin, end }: ProductStage,
  visit: (z: string, u: readonly Vector[], first: number) => void,
) {
  for (const slot of program.slots.slice(begin, end)) {
    const first = rowsOfBlock(program, slot.block, hiddenSize).recurrent
    visit(`z.${slot.name}`, weights.weightHh.slice(first, first + hiddenSize), first)
  }
}

/** A block's first rows in weight_ih and weight_hh: blocks that have such a half, in order. */
function rowsOfBlock({ equations }: CellProgram, block: string, hiddenSize: number) {
  const place = (names: string[]) => names.indexOf(block) * hiddenSize
  return {
    input: place(equations.blocks.filter(b => b.hasInput).map(b => b.name)),
    recurrent: place(equations.blocks.filter(b => b.hasRecurrent).map(b => b.name)),
  }
}

function addProduct(z: Vector, rows: readonly Vector[], x: Vector) {
  for (let j = 0; j < z.length; j++) z[j] += (rows[j] as Vector).reduce((sum, w, k) => sum + w * x[k], 0)
}

function addTo(target: Vector, source: Vector, factor: number) {
  for (let j = 0; j < target.length; j++) target[j] += factor * source[j]
}

function get(step: Step, name: string): Vector {
  const value = step.get(name)
  if (!value) throw new Error(`no value ${name} at this point of the step`)
  return value
}

const vectorOf = (record: Readonly<Record<string, Vector>>, name: string) => record[name] as Vector
