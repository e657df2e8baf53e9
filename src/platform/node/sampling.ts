/** Samples which function runs, by the engine's own profiler: kernels run as fast as without it. */
import { Session } from 'node:inspector/promises'
import type { FunctionTime } from '../../benchmarks/time-shares.ts'

const INTERVAL_MICROSECONDS = 200

/** @returns  Time of each function while `run` ran, callees not counted; on this thread only. */
export async function sampled(run: () => void): Promise<FunctionTime[]> {
  const session = new Session()
  session.connect()
  try {
    await session.post('Profiler.enable')
    await session.post('Profiler.setSamplingInterval', { interval: INTERVAL_MICROSECONDS })
    await session.post('Profiler.start')
    run()
    const { profile } = await session.post('Profiler.stop')
    const { nodes, samples = [], timeDeltas = [] } = profile
    const msOf = new Map<number, number>()
    samples.forEach((node, i) => {
      msOf.set(node, (msOf.get(node) ?? 0) + timeDeltas[i] / 1000)
    })
    return nodes.map(({ id, callFrame: { functionName: name, url } }) => ({ name, url, ms: msOf.get(id) ?? 0 }))
  } finally {
    session.disconnect()
  }
}
