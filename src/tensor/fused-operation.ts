/**
 * Expressions over named inputs as programs: the forward one as written, the backward ones by symbolic derivative.
 *
 * A backward program reads the inputs, the outputs (under `outputName`) and the gradients of those outputs that have
 * one (`gradientName`). The outputs are kept anyway, so every output node in a derivative is exchanged for the saved
 * value; everything else is computed again.
 */
import { adjoints } from '../formula/derivative.ts'
import { type Expression, topological, variable } from '../formula/expression.ts'
import { Graph } from '../formula/graph.ts'
import { type Program, type ProgramOutput, program } from '../formula/program.ts'
import { substitute } from '../formula/substitution.ts'

export const outputName = (k: number): string => `output ${k}`
export const gradientName = (k: number): string => `gradient ${k}`

/** How the gradients of the inputs come about. */
export interface BackwardProgram {
  /** Its outputs are named for the inputs whose gradients they are. */
  readonly program: Program
  /** Inputs whose gradient is simply that of an output: its number. */
  readonly passed: ReadonlyMap<string, number>
}

export class FusedOperation {
  readonly inputs: readonly string[]
  readonly #graph = new Graph()
  readonly #outputs: readonly Expression[]
  readonly #programs = new Map<string, Program>()
  readonly #backward = new Map<string, BackwardProgram>()

  /** @param inputs  Names of the `variable` leaves that stand for tensors. */
  constructor(inputs: readonly string[], outputs: readonly Expression[]) {
    this.inputs = inputs
    this.#outputs = outputs.map(e => this.#graph.add(e))
  }

  get outputs(): number {
    return this.#outputs.length
  }

  /** @param columns  Inputs that have one number a row. */
  forward(columns: readonly string[]): Program {
    const key = columns.join()
    const known = this.#programs.get(key)
    if (known) return known
    const made = program(
      this.#outputs.map((value, k) => ({ name: outputName(k), value })),
      columns,
    )
    this.#programs.set(key, made)
    return made
  }

  /**
   * @param columns  Inputs that have one number a row.
   * @param needs    Inputs whose gradients are asked for.
   * @param given    Outputs that have a gradient.
   */
  backward(columns: readonly string[], needs: readonly string[], given: readonly number[]): BackwardProgram {
    const key = [columns.join(), needs.join(), given.join()].join(';')
    const known = this.#backward.get(key)
    if (known) return known
    const made = this.#derive(columns, needs, given)
    this.#backward.set(key, made)
    return made
  }

  #derive(columns: readonly string[], needs: readonly string[], given: readonly number[]): BackwardProgram {
    const graph = this.#graph
    const gradients = given.map(k => graph.add(variable(gradientName(k))))
    const found = adjoints(
      graph,
      given.map((k, i) => [this.#outputs[k], gradients[i]]),
    )
    const saved = new Map<Expression, Expression>()
    this.#outputs.forEach((e, k) => {
      if (e.args.length > 0 && !saved.has(e)) saved.set(e, graph.add(variable(outputName(k))))
    })
    const passed = new Map<string, number>()
    const outputs: ProgramOutput[] = []
    for (const name of needs) {
      const adjoint = found.get(graph.add(variable(name)))
      if (!adjoint) continue
      const value = substitute(graph, adjoint, saved)
      const as = gradients.indexOf(value)
      if (as >= 0) passed.set(name, given[as])
      else outputs.push({ name, value })
    }
    return { program: program(outputs, columns), passed }
  }
}

/** The names of all `variable` leaves, in order of first use. */
export function variablesOf(outputs: readonly Expression[]): string[] {
  const names = topological(outputs).flatMap(e => (e.op === 'variable' ? [e.name as string] : []))
  return [...new Set(names)]
}
