/**
 * How the outputs of two directions become one: side by side, or element by element.
 */
import { add, concat, mul, type Tensor } from '../tensor/index.ts'
import type { Merge } from './merges.ts'

/** The outputs of two directions as one. @param a  [N, W]. @param b  [N, W]. */
export function merged(a: Tensor, b: Tensor, merge: Merge): Tensor {
  switch (merge) {
    case 'concat':
      return concat([a, b], 1)
    case 'sum':
      return add(a, b)
    case 'mean':
      return mul(add(a, b), 0.5)
    case 'product':
      return mul(a, b)
  }
}
