/**
 * Adversarial training of word vectors: a step learns from its batch twice, as it is and with the vectors of its words
 * moved to where the loss grows fastest. What a small move would undo is not learned; rare words less by heart.
 *
 *   g = ∂L/∂E,   r = ρ ‖E‖ g / ‖g‖           learned from: (L(E) + L(E + r)) / 2
 *
 * over the rows of E that a batch looks up. Miyato, Dai & Goodfellow 2017 (arXiv 1605.07725), equations 5 and 6, where
 * r is of one text and of a fixed length, and vectors are normalized; here it is as long as a share of what it moves.
 */
import { add, mul, scalar, variable } from '../formula/expression.ts'
import { borrowUnset, giveBack } from '../tensor/memory.ts'
import { onRows, spreadRows } from '../tensor/row-gradient.ts'
import { programOf } from '../tensor/run-program.ts'
import type { Tensor } from '../tensor/tensor.ts'

const moved = programOf(add(variable('row'), mul(scalar('scale'), variable('gradient'))))

export class Adversary {
  readonly #table: Tensor
  readonly #share: number

  /**
   * @param table  [V, E], of which a batch looks up rows, and which nothing else uses.
   * @param share  ρ.
   */
  constructor(table: Tensor, share: number) {
    this.#table = table
    this.#share = share
  }

  /**
   * Both lessons of a batch, whose gradients add up.
   *
   * @param lesson  Adds a gradient, the same each time for the same weights. @returns Its loss.
   * @returns       The loss of the batch as it is.
   */
  learn(lesson: () => number): number {
    const table = this.#table
    const wantsRows = table.takesRowGradients
    table.takesRowGradients = true
    try {
      const loss = lesson()
      this.#whileMoved(lesson)
      return loss
    } finally {
      table.takesRowGradients = wantsRows
      if (!wantsRows) spreadRows(table)
    }
  }

  #whileMoved(lesson: () => number): void {
    const { device, matrix, rowGradient } = this.#table
    if (!rowGradient) return
    const { rows, values } = rowGradient
    const before = borrowUnset(device, rows.length, matrix.columns)
    device.gatherRows(before, matrix, rows)
    const scale = this.#share * Math.sqrt(device.sumOfSquares(before) / device.sumOfSquares(values.matrix))
    // A gradient of 0 has no direction; one that is not finite is the loop's to refuse.
    if (Number.isFinite(scale)) {
      onRows(device, [matrix], rows, ([row]) =>
        device.pointwise(moved, { inputs: [row, values.matrix], outputs: [row], scalars: [scale] }),
      )
    }
    try {
      lesson()
    } finally {
      device.putRows(matrix, before, rows)
      giveBack(device, before)
    }
  }
}
