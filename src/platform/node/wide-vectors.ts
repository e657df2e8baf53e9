/**
 * Wide mode on Node (docs/decisions/0041-wide-mode.md): an option of V8 that joins neighbouring vectors to 256 bits.
 */
import { setFlagsFromString } from 'node:v8'
import { measureWideVectors, setWideVectors, type WideVectors } from '../../devices/wasm/wide-vectors.ts'

export type { WideVectors } from '../../devices/wasm/wide-vectors.ts'

/** 0: never; 1: as soon as `sluice/node` is loaded. */
const VARIABLE = 'SLUICE_WIDE_VECTORS'

/** The engines that have it, by the version of V8, and what the option is called there. */
const FLAGS = [
  { since: [15, 7], flag: '--wasm-revectorize' },
  { since: [13, 6], flag: '--experimental-wasm-revectorize' },
] as const

let result: WideVectors | null = null

/**
 * Switches wide mode on for the whole process, if the engine has it and a short measurement (some 20 ms) finds it no
 * slower. Call it before anything else that compiles WebAssembly: before the first tensor, device or model.
 *
 * The results are the same bits with it and without. SLUICE_WIDE_VECTORS=0 in the environment keeps it off,
 * SLUICE_WIDE_VECTORS=1 switches it on when `sluice/node` is loaded.
 *
 * @returns  Whether it is on, and why. A second call changes nothing and returns the same.
 */
export function enableWideVectors(): WideVectors {
  result ??= setWideVectors(decide())
  return result
}

function decide(): WideVectors {
  const off = (reason: string): WideVectors => ({ enabled: false, reason })
  if (process.env[VARIABLE] === '0') return off(`${VARIABLE} is 0`)
  if (process.arch !== 'x64') return off('V8 joins vectors on 64-bit x86 only')
  const flag = flagOf(process.versions.v8)
  if (flag === null) return off(`V8 ${process.versions.v8} does not join vectors (Node 24 or later does)`)
  setFlagsFromString(flag)
  // Else it is the baseline compiler that is measured: the engine changes to the other one only after a while.
  setFlagsFromString('--no-liftoff')
  try {
    return measureWideVectors()
  } finally {
    setFlagsFromString('--liftoff')
  }
}

/** What to set on this version of V8; null: it has no such option. */
export function flagOf(version: string): string | null {
  const [major, minor] = version.split('.').map(Number)
  const known = FLAGS.find(({ since }) => major > since[0] || (major === since[0] && minor >= since[1]))
  return known?.flag ?? null
}

if (process.env[VARIABLE] === '1') enableWideVectors()
