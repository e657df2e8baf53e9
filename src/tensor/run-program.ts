import type { Device, Matrix } from '../devices/device.ts'
import type { Expression } from '../formula/expression.ts'
import { type Program, program } from '../formula/program.ts'

/** A program of one output. @param columns  Inputs that have one number a row. */
export function programOf(value: Expression, columns: readonly string[] = []): Program {
  return program([{ name: 'result', value }], columns)
}

/** Runs a program of one output, its inputs bound by name. @returns The target. */
export function runProgram(
  device: Device,
  code: Program,
  inputs: Readonly<Record<string, Matrix>>,
  target: Matrix,
): Matrix {
  device.pointwise(code, { inputs: code.inputs.map(({ name }) => inputs[name]), outputs: [target] })
  return target
}
