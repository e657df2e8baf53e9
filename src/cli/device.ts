/** What the command line computes with. */
import { createWasmDevice } from '../devices/wasm/wasm-device.ts'
import { enableWideVectors } from '../platform/node/wide-vectors.ts'
import { setDefaultDevice } from '../tensor/default-device.ts'

/** `small`: done in less time than wide mode takes to be measured, as the answer to a text or two. */
export type Work = 'small' | 'large'

/**
 * Makes a wasm device the one that models use.
 *
 * @param arithmetic  As given; undefined takes the fastest that the engine has.
 */
export function useWasm(arithmetic: unknown, work: Work = 'large'): void {
  if (work === 'large') enableWideVectors()
  setDefaultDevice(createWasmDevice(arithmetic === undefined ? {} : { arithmetic: arithmetic as 'relaxed' | 'plain' }))
}
