/** What the engine that runs us can compile, found by validating a few bytes. */
import { Assembler } from './assembler.ts'
import { I32, V128 } from './code.ts'
import type { PlainInstruction } from './opcodes.ts'

/** How kernels compute: an argument of every kernel generator. */
export interface Arithmetic {
  /** Multiply-adds by `f32x4.relaxed_madd` (one rounding where the processor has it), else a product and a sum. */
  readonly relaxed: boolean
  /** Tiles for 256-bit registers, which pay only where the engine joins neighbouring vectors. The bits are the same. */
  readonly wide: boolean
}

/** Whether 128-bit vectors can be compiled at all; nothing runs without them. */
export const hasSimd = (): boolean => accepts('f32x4.add', 2)

/** Whether `f32x4.relaxed_madd` can be compiled: Node ≥ 22, Chromium; not Node 20. */
export const hasRelaxedSimd = (): boolean => accepts('f32x4.relaxed_madd', 3)

/** Whether workers can be given the memory: in Node; in a page that is isolated from other origins. */
export const canShareMemory = (): boolean =>
  typeof SharedArrayBuffer !== 'undefined' &&
  (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated !== false

function accepts(instruction: PlainInstruction, operands: number): boolean {
  const assembler = new Assembler()
  assembler.function('probe', { parameters: [I32], results: [V128] }, (code, [address]) => {
    for (let i = 0; i < operands; i++) code.get(address).memory('v128.load')
    code.op(instruction)
  })
  return WebAssembly.validate(assembler.assemble())
}
