/**
 * The length of the gradient over all weights together, and the factor that clips it (Pascanu et al. 2013, alg. 1).
 */
import type { Parameters } from './optimizer-state.ts'

/** √Σ g², over all weights; not finite when a gradient is not. */
export function gradientNorm(parameters: Parameters): number {
  let sum = 0
  for (const { gradient, rowGradient } of parameters.values()) {
    const values = gradient ?? rowGradient?.values
    if (values) sum += values.device.sumOfSquares(values.matrix)
  }
  return Math.sqrt(sum)
}

/** What gradients are multiplied with so that their norm is at most `clipNorm`; as torch.nn.utils.clip_grad_norm_. */
export const clipFactor = (norm: number, clipNorm: number): number => Math.min(1, clipNorm / (norm + 1e-6))
