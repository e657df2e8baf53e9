/** In which modes kernels can run here. */
import type { Mode } from '../benchmarks/result-line.ts'
import { hasRelaxedSimd } from '../devices/wasm/features.ts'

/** The oldest Node whose engine joins neighbouring vectors. */
const WIDE_NODE_MAJOR = 24

/** The fastest first. */
export function availableModes(): Mode[] {
  if (!hasRelaxedSimd()) return ['plain']
  const canWiden = Number.parseInt(process.versions.node, 10) >= WIDE_NODE_MAJOR && process.arch === 'x64'
  return canWiden ? ['wide', 'narrow', 'plain'] : ['narrow', 'plain']
}
