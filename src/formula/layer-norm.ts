/** Layer normalization seen in a graph: the ten nodes that a person reads as one. */
import type { Expression } from './expression.ts'

/**
 * @returns  q of (q − mean) / √(mean((q − mean)²) + ε) ⊙ gain + bias, as `defineCell`'s `layerNorm` writes it; null:
 *           the expression is something else.
 */
export function normalized(e: Expression): Expression | null {
  const [scaled, bias] = e.args
  if (e.op !== 'add' || scaled.op !== 'mul' || bias.op !== 'parameter') return null
  const [normal, gain] = scaled.args
  if (normal.op !== 'div' || gain.op !== 'parameter') return null
  const [centered, root] = normal.args
  if (centered.op !== 'sub' || centered.args[1].op !== 'rowMean' || root.op !== 'sqrt') return null
  const [q, mean] = centered.args
  const [sum] = root.args
  const isOfOneQuantity = mean.args[0] === q && sum.op === 'add' && sum.args[0].op === 'rowMean'
  return isOfOneQuantity ? q : null
}
