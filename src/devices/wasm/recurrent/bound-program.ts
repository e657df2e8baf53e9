/**
 * A point-wise stage with its operands bound to memory, ready to run step after step.
 */
import type { Program } from '../../../formula/program.ts'
import type { PointwiseKernel, PointwiseKernels } from '../pointwise/kernel.ts'
import type { Rows } from './panels.ts'

/** Where an operand stands at a step. */
export type Binding =
  /** The same memory at every step; with rowBytes 0 the same row for all rows. */
  | ({ readonly at: 'fixed' } & Rows)
  /** Rows of a packed matrix: those of this step. */
  | ({ readonly at: 'step' } & Rows)
  /** Rows of a packed matrix: those of the step before; at the first step, `initial`. */
  | ({ readonly at: 'before'; readonly initial: Rows } & Rows)
  /** Rows of a work matrix that holds one chunk. */
  | ({ readonly at: 'chunk' } & Rows)

/** A time step: its first row in the packed matrices, in the chunk, and of the step before (−1: there is none). */
export interface Place {
  readonly row: number
  readonly rowInChunk: number
  readonly rowBefore: number
}

/** Where a bound operand begins at a place. */
export function locate(binding: Binding, place: Place): Rows {
  const { address, rowBytes } = binding
  switch (binding.at) {
    case 'fixed':
      return binding
    case 'step':
      return { address: address + place.row * rowBytes, rowBytes }
    case 'chunk':
      return { address: address + place.rowInChunk * rowBytes, rowBytes }
    case 'before':
      return place.rowBefore < 0 ? binding.initial : { address: address + place.rowBefore * rowBytes, rowBytes }
  }
}

export class BoundProgram {
  readonly #kernel: PointwiseKernel
  readonly #block: number
  readonly #bindings: readonly Binding[]

  /** @param bind  The memory of an input or output, by its name in `CellProgram`. */
  constructor(kernels: PointwiseKernels, program: Program, columns: number, bind: (name: string) => Binding) {
    this.#kernel = kernels.compile(program)
    this.#block = this.#kernel.block()
    this.#kernel.setColumns(this.#block, columns)
    this.#bindings = [...program.inputs, ...program.outputs].map(({ name }) => bind(name))
    this.#bindings.forEach((binding, i) => {
      this.#kernel.setOperand(this.#block, i, binding.address, binding.rowBytes)
    })
  }

  run(place: Place, rows: number): void {
    for (let i = 0; i < this.#bindings.length; i++) {
      const binding = this.#bindings[i]
      if (binding.at === 'fixed') continue
      const { address, rowBytes } = locate(binding, place)
      this.#kernel.setOperand(this.#block, i, address, rowBytes)
    }
    this.#kernel.call(this.#block, 0, rows)
  }

  end(): void {
    this.#kernel.releaseBlock(this.#block)
  }
}
