/** What the command line computes with. */
import { createWasmDevice } from '../devices/wasm/wasm-device.ts'
import { setDefaultDevice } from '../tensor/default-device.ts'

/**
 * Makes a wasm device the one that models use.
 *
 * @param arithmetic  As given; undefined takes the fastest that the engine has.
 */
export function useWasm(arithmetic: unknown): void {
  setDefaultDevice(createWasmDevice(arithmetic === undefined ? {} : { arithmetic: arithmetic as 'relaxed' | 'plain' }))
}
