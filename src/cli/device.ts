/** What the command line computes with. */
import { createWasmDevice } from '../devices/wasm/wasm-device.ts'
import { startThreads } from '../platform/node/threads.ts'
import { enableWideVectors } from '../platform/node/wide-vectors.ts'
import { setDefaultDevice } from '../tensor/default-device.ts'

/** `small`: done in less time than wide mode takes to be measured and workers to start, as the answer to a text. */
export type Work = 'small' | 'large'

export interface DeviceOptions {
  /** As given; undefined takes the fastest that the engine has. */
  readonly arithmetic?: unknown
  /** As given; undefined: as many as there are cores for large work, one for small. */
  readonly threads?: unknown
}

/** Makes a wasm device the one that models use. */
export async function useWasm({ arithmetic, threads }: DeviceOptions, work: Work = 'large'): Promise<void> {
  if (work === 'large') enableWideVectors()
  setDefaultDevice(createWasmDevice(arithmetic === undefined ? {} : { arithmetic: arithmetic as 'relaxed' | 'plain' }))
  if (work === 'large' || threads !== undefined) await startThreads(threads as number | undefined, { isAwaited: false })
}
