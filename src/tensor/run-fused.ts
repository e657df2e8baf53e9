/**
 * Running a fused element-wise operation on tensors: broadcasting, binding of the program's inputs, recording.
 */
import type { Device, Matrix } from '../devices/device.ts'
import type { Program } from '../formula/program.ts'
import { broadcastShape, narrowRows, sumTo } from './broadcast.ts'
import { type FusedOperation, gradientName, outputName } from './fused-operation.ts'
import { columnsOf, isSameShape, rowsOf, type Shape } from './layout.ts'
import { borrowUnset, giveBack } from './memory.ts'
import { isRecorded, record } from './tape.ts'
import { allocate, type BackwardFunction, deviceOf, type Tensor } from './tensor.ts'

/** What an input name of an expression stands for: a `variable` a tensor, a `scalar` a number. */
export type Operands = Readonly<Record<string, Tensor | number>>

/**
 * Runs an operation and records it.
 *
 * @param name      For error messages.
 * @param operands  A tensor for each input of the operation, a number for each scalar of its expressions.
 * @returns         A tensor for each output, of the shape that the inputs widen to.
 * @throws {ShapeError}  The shapes do not broadcast.
 * @throws {OptionError} The tensors are on different devices.
 */
export function runFused(name: string, fused: FusedOperation, operands: Operands): Tensor[] {
  const inputs = fused.inputs.map(input => operands[input] as Tensor)
  const device = deviceOf(name, inputs)
  const shapes = inputs.map(input => input.shape)
  const shape = broadcastShape(name, shapes)
  const outputs = Array.from({ length: fused.outputs }, () => allocate(device, shape))
  const columns = fused.inputs.filter((_, k) => isColumn(shapes[k], shape))
  const bound = new Map<string, Tensor>()
  for (const [k, input] of fused.inputs.entries()) bound.set(input, inputs[k])
  const matrices = outputs.map(output => output.matrix)
  run(device, fused.forward(columns), { shape, bound, operands }, matrices)
  if (isRecorded(inputs)) {
    const needs = fused.inputs.filter((_, k) => inputs[k].requiresGradient)
    for (const [k, output] of outputs.entries()) bound.set(outputName(k), output)
    const call = { device, fused, columns, needs, shapes, shape, ...kept(fused, columns, needs, bound, operands) }
    record({ name, outputs, inputs, backward: backwardOf(call) })
  }
  return outputs
}

/** What the backward programs read, so that the tape keeps nothing else alive. */
function kept(
  fused: FusedOperation,
  columns: readonly string[],
  needs: readonly string[],
  bound: ReadonlyMap<string, Tensor>,
  operands: Operands,
): Pick<FusedCall, 'saved' | 'operands'> {
  const all = Array.from({ length: fused.outputs }, (_, k) => k)
  const { inputs, scalars } = fused.backward(columns, needs, all).program
  return {
    saved: new Map(inputs.flatMap(({ name }) => (bound.has(name) ? [[name, bound.get(name) as Tensor]] : []))),
    operands: Object.fromEntries(scalars.map(name => [name, operands[name]])),
  }
}

interface FusedCall {
  readonly device: Device
  readonly fused: FusedOperation
  /** Inputs that have one number a row. */
  readonly columns: readonly string[]
  readonly needs: readonly string[]
  readonly shapes: readonly Shape[]
  readonly shape: Shape
  readonly saved: ReadonlyMap<string, Tensor>
  readonly operands: Operands
}

/** Gradients in the outputs' shape by the backward program, then summed to the shapes of the inputs. */
function backwardOf({ device, fused, columns, needs, shapes, shape, saved, operands }: FusedCall): BackwardFunction {
  return gradients => {
    const given = [...gradients.keys()].filter(k => gradients[k] !== null)
    const { program, passed } = fused.backward(columns, needs, given)
    const bound = new Map<string, Tensor | Matrix>(saved)
    for (const k of given) bound.set(gradientName(k), gradients[k] as Matrix)
    const computed = new Map(
      program.outputs.map(({ name }) => [name, borrowUnset(device, rowsOf(shape), columnsOf(shape))] as const),
    )
    run(device, program, { shape, bound, operands }, [...computed.values()])
    return fused.inputs.map((input, k) => {
      const own = computed.get(input)
      const gradient = own ?? gradients[passed.get(input) ?? -1] ?? null
      if (!gradient || isSameShape(shapes[k], shape)) return gradient
      const sum = sumTo(device, gradient, shape, shapes[k])
      if (own) giveBack(device, own)
      return sum
    })
  }
}

interface Binding {
  readonly shape: Shape
  /** Tensors of a shape that widens to `shape`; matrices have it. */
  readonly bound: ReadonlyMap<string, Tensor | Matrix>
  readonly operands: Operands
}

/** Binds a program's inputs, each in a layout that the device takes, and runs it. */
function run(device: Device, program: Program, { shape, bound, operands }: Binding, outputs: readonly Matrix[]): void {
  if (outputs.length === 0) return
  const borrowed: Matrix[] = []
  const inputs = program.inputs.map(({ name }) => {
    const value = bound.get(name)
    if (!value) throw new Error(`internal: a fused operation has nothing for its input ${name}`)
    if (!('shape' in value)) return value
    const { matrix } = value
    const isShared = matrix.rows === 1 && !isColumn(value.shape, shape)
    const indices = isShared ? null : narrowRows(value.shape, shape)
    if (!indices) return matrix
    const rows = borrowUnset(device, indices.length, matrix.columns)
    borrowed.push(rows)
    device.gatherRows(rows, matrix, indices)
    return rows
  })
  const scalars = program.scalars.map(name => operands[name] as number)
  device.pointwise(program, { inputs, outputs, scalars })
  for (const matrix of borrowed) giveBack(device, matrix)
}

/** Whether it has one number for each row of the wide shape. */
const isColumn = (narrow: Shape, wide: Shape): boolean => columnsOf(narrow) === 1 && columnsOf(wide) !== 1
