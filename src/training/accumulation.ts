/**
 * Gradient accumulation: one step of the optimizer from several batches, each small enough for memory.
 *
 * The step is that of one batch with all of their rows. As every loss is a mean over its own rows, a gradient counts by
 * its batch's share of them: Σ_i (n_i / n) ∇ mean_i = ∇ mean of all. Clipping comes after the sum.
 */
import { backward, mul, step, type Tensor } from '../tensor/index.ts'

/** Batches `count` by `count`, in order; the last group has what is left. */
export function groupsOf<Batch>(batches: readonly Batch[], count: number): Batch[][] {
  const groups = Math.ceil(batches.length / count)
  return Array.from({ length: groups }, (_, k) => batches.slice(k * count, (k + 1) * count))
}

/** How a batch becomes a mean loss. */
export interface Averaged<Batch> {
  /** What the mean is over: rows, tokens, or the sum of the rows' class weights. */
  weight(batch: Batch): number
  /** The mean loss, on the tape; `index` is the batch's place in the group. */
  loss(batch: Batch, index: number): Tensor
}

/**
 * Computes the gradient of the mean loss over all rows of a group of batches, each in a step of its own, so that memory
 * is needed for one at a time. Gradients are added to those that the parameters have.
 *
 * @param scale  What the gradient is multiplied with.
 * @returns      The mean loss, weighted like the gradient, but for `scale`.
 */
export function accumulateGradients<Batch>(
  group: readonly Batch[],
  { weight, loss }: Averaged<Batch>,
  scale = 1,
): number {
  const weights = group.map(batch => weight(batch))
  const total = weights.reduce((sum, w) => sum + w, 0)
  let mean = 0
  for (const [index, batch] of group.entries()) {
    const share = weights[index] / total
    mean += step(() => {
      const value = loss(batch, index)
      const factor = share * scale
      backward(factor === 1 ? value : mul(value, factor))
      return share * value.item()
    })
  }
  return mean
}
