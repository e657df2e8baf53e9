/** `sluice doctor` */
import { availableParallelism, cpus, freemem, totalmem } from 'node:os'
import { hasRelaxedSimd, hasSimd } from '../../devices/wasm/features.ts'
import { createWasmDevice } from '../../devices/wasm/wasm-device.ts'
import { startThreads, stopThreads, type Threads } from '../../platform/node/threads.ts'
import { enableWideVectors } from '../../platform/node/wide-vectors.ts'
import { LIBRARY_VERSION } from '../../version.ts'
import { facts } from '../aligned.ts'
import type { Invocation } from '../invocation.ts'
import { gibibytes } from '../numbers.ts'

const OLDEST_NODE_MAJOR = 22
const RELAXED_HINT = 'Node 22 or later on a 64-bit x86 or ARM processor'

/** A 32-bit address space: what one WebAssembly memory may grow to. */
const WASM_BYTES_MAX = 2 ** 32

export async function run({ isJson, terminal }: Invocation): Promise<void> {
  const document = await documentOf()
  await terminal.write(isJson ? `${JSON.stringify(document)}\n` : `${reportOf(document).join('\n')}\n`)
}

async function documentOf() {
  // Before anything is compiled.
  const wide = enableWideVectors()
  const simd = simdLevel()
  return {
    version: LIBRARY_VERSION,
    engine: { node: process.versions.node, v8: process.versions.v8, platform: process.platform, arch: process.arch },
    processor: { model: cpus()[0]?.model ?? 'unknown', cores: availableParallelism() },
    simd,
    wide,
    threads: await threadsOf(),
    memory: { totalBytes: totalmem(), freeBytes: freemem(), wasmBytesMax: WASM_BYTES_MAX },
    missing: missingOf(simd.level),
  }
}

/** Starts what a training would, which shows that it can. */
async function threadsOf(): Promise<Threads> {
  if (!hasSimd()) return { used: 1, reason: 'nothing is computed without SIMD' }
  const device = createWasmDevice()
  try {
    return await startThreads(availableParallelism(), { device })
  } catch (error) {
    return { used: 1, reason: (error as Error).message }
  } finally {
    stopThreads({ device })
  }
}

function simdLevel(): { level: 'relaxed' | 'plain' | 'none'; reason: string } {
  if (hasRelaxedSimd()) return { level: 'relaxed', reason: 'the engine compiles f32x4.relaxed_madd' }
  if (hasSimd()) return { level: 'plain', reason: 'the engine compiles 128-bit vectors, but no f32x4.relaxed_madd' }
  return { level: 'none', reason: 'the engine compiles no 128-bit vectors' }
}

function missingOf(level: 'relaxed' | 'plain' | 'none'): { what: string; remedy: string }[] {
  const isOld = Number.parseInt(process.versions.node, 10) < OLDEST_NODE_MAJOR
  return [
    ...(isOld
      ? [{ what: `Node ${OLDEST_NODE_MAJOR}`, remedy: `Install Node ${OLDEST_NODE_MAJOR} or later (nodejs.org).` }]
      : []),
    ...(level === 'none' ? [{ what: 'SIMD, without which nothing is computed', remedy: `Use ${RELAXED_HINT}.` }] : []),
    ...(level === 'plain' ? [{ what: 'relaxed SIMD, which is faster', remedy: `Use ${RELAXED_HINT}.` }] : []),
  ]
}

function reportOf({
  version,
  engine,
  processor,
  simd,
  wide,
  threads,
  memory,
  missing,
}: Awaited<ReturnType<typeof documentOf>>) {
  return [
    ...facts([
      ['sluice', version],
      ['engine', `Node ${engine.node}, V8 ${engine.v8}, ${engine.platform} ${engine.arch}`],
      ['processor', `${processor.model}, ${processor.cores} cores`],
      ['SIMD', `${simd.level}: ${simd.reason}`],
      ['wide mode', `${wide.enabled ? 'on' : 'off'}: ${wide.reason}`],
      ['threads', `${threads.used}: ${threads.reason}`],
      [
        'memory',
        `${gibibytes(memory.freeBytes)} free of ${gibibytes(memory.totalBytes)}; ` +
          `WebAssembly up to ${gibibytes(memory.wasmBytesMax)}`,
      ],
    ]),
    '',
    ...(missing.length === 0
      ? ['Nothing is missing.']
      : missing.map(({ what, remedy }) => `missing: ${what}. ${remedy}`)),
  ]
}
