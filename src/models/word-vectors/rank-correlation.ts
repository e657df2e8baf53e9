/** Spearman's rank correlation. */

/**
 * Pearson's correlation of the ranks; equal values share the mean of their ranks.
 *
 * @param a  [n], n ≥ 2. @param b  [n]
 * @returns  −1 … 1; NaN where all values of one are equal, or there are fewer than two.
 * @see Spearman 1904; numbers as `scipy.stats.spearmanr`.
 */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [x, y] = [ranks(a), ranks(b)]
  const mean = (x.length + 1) / 2
  let [both, ofX, ofY] = [0, 0, 0]
  for (let k = 0; k < x.length; k++) {
    both += (x[k] - mean) * (y[k] - mean)
    ofX += (x[k] - mean) ** 2
    ofY += (y[k] - mean) ** 2
  }
  return both / Math.sqrt(ofX * ofY)
}

/** Ranks from 1. */
function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, k) => k).sort((i, j) => values[i] - values[j])
  const result = new Float64Array(values.length)
  for (let begin = 0; begin < order.length; ) {
    let end = begin + 1
    while (end < order.length && values[order[end]] === values[order[begin]]) end++
    // Places begin … end − 1 count from 0, ranks from 1.
    for (let k = begin; k < end; k++) result[order[k]] = (begin + end + 1) / 2
    begin = end
  }
  return result
}
