/** What the command line computes with. */
import { createPredictingDevice } from '../devices/wasm/wasm-device-class.ts'
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
  // What only large work needs is loaded for it; training links its own kernels.
  if (work === 'large') (await import('../platform/node/wide-vectors.ts')).enableWideVectors()
  setDefaultDevice(
    createPredictingDevice(arithmetic === undefined ? {} : { arithmetic: arithmetic as 'relaxed' | 'plain' }),
  )
  if (work === 'small' && threads === undefined) return
  const { startThreads } = await import('../platform/node/threads.ts')
  await startThreads(threads as number | undefined, { isAwaited: false })
}
