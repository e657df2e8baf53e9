/**
 * How a cell's slots and weights lie in memory.
 */
import type { RecurrentCall } from '../../recurrent.ts'

/** Floats of a row that holds `columns` numbers. */
export const padded = (columns: number): number => Math.ceil(columns / 8) * 8

/** A run of slots whose weights are neighbouring rows: one packing and one product. */
export interface SlotRun {
  /** Slots [begin, end) of Z. */
  readonly begin: number
  readonly end: number
  /** The first of the run's rows in the weight. */
  readonly weightRow: number
}

export class CellLayout {
  readonly hiddenSize: number
  /** Floats of a slot. */
  readonly width: number
  /** Bytes of a row of Z. */
  readonly rowBytes: number
  readonly #call: RecurrentCall
  readonly #blockRow: Readonly<Record<'input' | 'recurrent', Map<string, number>>>

  constructor(call: RecurrentCall) {
    this.#call = call
    this.hiddenSize = call.hiddenSize
    this.width = padded(call.hiddenSize)
    this.rowBytes = call.cell.slots.length * this.width * 4
    const { blocks } = call.cell.equations
    const place = (names: string[]) => new Map(names.map((name, k) => [name, k * call.hiddenSize]))
    this.#blockRow = {
      input: place(blocks.filter(b => b.hasInput).map(b => b.name)),
      recurrent: place(blocks.filter(b => b.hasRecurrent).map(b => b.name)),
    }
  }

  /** Floats of a row of Z. */
  get rowFloats(): number {
    return this.rowBytes / 4
  }

  /** The first row in weight_ih or weight_hh of a slot's block. */
  weightRow(slot: number, half: 'input' | 'recurrent'): number {
    return this.#blockRow[half].get(this.#call.cell.slots[slot].block) as number
  }

  /**
   * Slots [begin, end) in runs. Slots are joined only when they have no padding between them: padding is never read
   * as data, not even to be multiplied by zero.
   */
  runs(begin: number, end: number, half: 'input' | 'recurrent'): SlotRun[] {
    const runs: SlotRun[] = []
    for (let slot = begin; slot < end; slot++) {
      const weightRow = this.weightRow(slot, half)
      const before = runs[runs.length - 1]
      const isNext = before && before.weightRow + (before.end - before.begin) * this.hiddenSize === weightRow
      if (isNext && this.width === this.hiddenSize) runs[runs.length - 1] = { ...before, end: slot + 1 }
      else runs.push({ begin: slot, end: slot + 1, weightRow })
    }
    return runs
  }
}
