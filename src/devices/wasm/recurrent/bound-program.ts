/**
 * A point-wise stage with its operands bound to memory, ready to run step after step.
 */
import type { Program } from '../../../formula/program.ts'
import type { PointwiseKernel, PointwiseKernels } from '../pointwise/kernel.ts'
import type { Runtime } from '../runtime.ts'
import type { Rows } from './panels.ts'

interface Engine {
  readonly runtime: Runtime
  readonly kernels: PointwiseKernels
}

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
  readonly #runtime: Runtime
  readonly #kernel: PointwiseKernel
  readonly #columns: number
  readonly #bindings: readonly Binding[]
  /** A parameter block for each share of divided rows. */
  readonly #blocks: number[] = []

  /** @param bind  The memory of an input or output, by its name in `CellProgram`. */
  constructor({ runtime, kernels }: Engine, program: Program, columns: number, bind: (name: string) => Binding) {
    this.#runtime = runtime
    this.#kernel = kernels.compile(program)
    this.#columns = columns
    this.#bindings = [...program.inputs, ...program.outputs].map(({ name }) => bind(name))
  }

  /** What one row takes, in nanoseconds. */
  get rowNanoseconds(): number {
    return (this.#columns / 8) * this.#kernel.octetNanoseconds
  }

  /** Runs on the rows [from, to) of a step, divided where that is worth it. */
  run(place: Place, from: number, to: number): void {
    const work = { count: to - from, nanoseconds: (to - from) * this.rowNanoseconds }
    if (this.#runtime.sharesOf(work) === 1) this.#run(place, from, to)
    else this.#runtime.split(work, (begin, end) => this.#run(place, from + begin, from + end))
  }

  #run(place: Place, from: number, to: number): void {
    const { part } = this.#runtime
    this.#blocks[part] ??= this.#newBlock()
    const block = this.#blocks[part]
    for (let i = 0; i < this.#bindings.length; i++) {
      const binding = this.#bindings[i]
      if (binding.at === 'fixed') continue
      if (binding.at === 'before') {
        const { address, rowBytes } = locate(binding, place)
        this.#kernel.setOperand(block, i, address, rowBytes)
      } else this.#kernel.moveOperand(block, i, locatedAddress(binding, place))
    }
    this.#kernel.call(block, from, to)
  }

  end(): void {
    for (const block of this.#blocks) if (block) this.#kernel.releaseBlock(block)
  }

  #newBlock(): number {
    const block = this.#kernel.block()
    this.#kernel.setColumns(block, this.#columns)
    this.#bindings.forEach(({ address, rowBytes }, i) => {
      this.#kernel.setOperand(block, i, address, rowBytes)
    })
    return block
  }
}

const locatedAddress = (binding: Binding & { readonly at: 'step' | 'chunk' }, place: Place): number =>
  binding.address + (binding.at === 'step' ? place.row : place.rowInChunk) * binding.rowBytes
