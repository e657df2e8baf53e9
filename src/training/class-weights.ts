/**
 * Weights that make every class count the same, however rare (King & Zeng 2001), as scikit-learn's
 * `class_weight='balanced'`: w_c = n / (C · n_c), so that Σ_c n_c w_c = n.
 *
 * @param counts  Rows of each class, [C].
 * @returns       [C], for `crossEntropy`; 0 for a class without rows, which is not counted in C either.
 */
export function balancedClassWeights(counts: ArrayLike<number>): Float64Array {
  const rows = Array.from(counts).reduce((sum, count) => sum + count, 0)
  const classes = Array.from(counts).filter(count => count > 0).length
  return Float64Array.from(counts, count => (count > 0 ? rows / (classes * count) : 0))
}
