/** Where the time of a run goes, from samples of the function that was running. */

/** Time in one function, callees not counted. */
export interface FunctionTime {
  readonly name: string
  /** Of its script; kernels made at run time have `wasm://…`. */
  readonly url: string
  readonly ms: number
}

/** What a function's time is counted as; the first that fits. Kernels are known by the names they are emitted with. */
const PARTS: readonly (readonly [string, (f: FunctionTime) => boolean])[] = [
  ['products', isKernel(/^(tile|strip|multiply)/)],
  ['pointwise', isKernel(/^rows$/)],
  ['packing', isKernel(/^(pack|transpose|copy)/)],
  ['otherKernels', ({ url }) => url.startsWith('wasm:')],
  ['allocation', ({ url }) => /devices\/wasm\/(memory|free-blocks)\.[jt]s$/.test(url)],
  ['garbageCollection', ({ name }) => name === '(garbage collector)'],
  ['javascript', () => true],
]

function isKernel(named: RegExp): (f: FunctionTime) => boolean {
  return ({ name, url }) => url.startsWith('wasm:') && named.test(name)
}

/** Neither the run's nor ours: the profiler's own work, and waiting. */
const isForeign = ({ name, url }: FunctionTime): boolean =>
  url === 'node:inspector' || name === '(idle)' || name === '(root)'

export interface TimeShares {
  /** Milliseconds a unit of each part, all parts named, in `PARTS`' order. */
  readonly parts: Readonly<Record<string, number>>
  /** The functions that took most, milliseconds a unit. */
  readonly functions: readonly FunctionTime[]
}

const FUNCTIONS_SHOWN = 12

/** @param units  Of work in the time sampled. */
export function timeShares(times: readonly FunctionTime[], units: number): TimeShares {
  const parts = Object.fromEntries(PARTS.map(([part]) => [part, 0]))
  const byName = new Map<string, FunctionTime>()
  for (const time of times.filter(t => !isForeign(t))) {
    const [part] = PARTS.find(([, fits]) => fits(time)) as (typeof PARTS)[number]
    const ms = time.ms / units
    parts[part] += ms
    // Kernels of several modules may have one name: what they are for is the same.
    const key = `${time.name} ${time.url.startsWith('wasm:') ? 'wasm' : time.url}`
    byName.set(key, { ...time, ms: (byName.get(key)?.ms ?? 0) + ms })
  }
  const functions = [...byName.values()].sort((a, b) => b.ms - a.ms).slice(0, FUNCTIONS_SHOWN)
  return { parts, functions }
}
