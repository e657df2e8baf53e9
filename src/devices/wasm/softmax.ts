/**
 * Softmax along rows, and its cross-entropy with labels:
 *
 *     softmax(x)[c] = e^(x[c] − m) / s,   m = max x,   s = Σ e^(x[c] − m)
 *     loss = ln s − (x[label] − m)        gradient = scale · (softmax(x) − onehot(label))
 *
 * Padding never contributes: it is left out of m and s.
 */
import type { Assembler } from './assembler.ts'
import type { Code } from './code.ts'
import { F32, I32 } from './code.ts'
import { Constants, floatBits } from './constants.ts'
import type { Arithmetic } from './features.ts'
import { exp, log } from './functions.ts'
import type { RowLoop } from './row-loops.ts'
import { acrossLanes, eachRow, eachTurn } from './row-loops.ts'
import type { Runtime } from './runtime.ts'
import type { Value } from './vectors.ts'
import { Vectors } from './vectors.ts'
import type { WasmMatrix } from './wasm-matrix.ts'
import { rowBytes } from './wasm-matrix.ts'

/** target may be source. Losses, labels and the bits of the scale: 0 for plain softmax. */
type Softmax = (
  target: number,
  targetRowBytes: number,
  source: number,
  sourceRowBytes: number,
  rows: number,
  octets: number,
  tailMask: number,
  constants: number,
  scratch: number,
  losses: number,
  lossRowBytes: number,
  labels: number,
  scale: number,
) => void

interface Kernels {
  readonly softmax: Softmax
  readonly losses: Softmax
  readonly lossesAndGradient: Softmax
}

function kernelsOf(runtime: Runtime): { kernels: Kernels; constants: number } {
  return runtime.kept('softmax', () => {
    const constants = new Constants()
    const kernels = runtime.compile<Kernels>(assembler => {
      const add = (name: keyof Kernels, stores: boolean, hasLabels: boolean) =>
        emitSoftmax(assembler, name, { stores, hasLabels }, constants, runtime.arithmetic)
      add('softmax', true, false)
      add('losses', false, true)
      add('lossesAndGradient', true, true)
    })
    return { kernels, constants: runtime.keep(constants) }
  })
}

export function softmax(runtime: Runtime, target: WasmMatrix, source: WasmMatrix): void {
  const { kernels, constants } = kernelsOf(runtime)
  const mask = runtime.tailMask(source.columns)
  const [to, from] = [rowBytes(target), rowBytes(source)]
  const octets = source.stride / 8
  runtime.split({ count: source.rows, nanoseconds: source.rows * octets * OCTET_NS }, (begin, end) => {
    const [into, first] = [target.address + begin * to, source.address + begin * from]
    runtime.temporary(SCRATCH_BYTES, at => {
      kernels.softmax(into, to, first, from, end - begin, octets, mask, constants, at, 0, 0, 0, 0)
    })
  })
}

/**
 * @param gradient  May be the same memory as the logits.
 * @param scale     What the gradient is multiplied with.
 */
export function softmaxCrossEntropy(
  runtime: Runtime,
  losses: WasmMatrix,
  logits: WasmMatrix,
  labels: Int32Array,
  gradient?: WasmMatrix,
  scale = 1,
): void {
  const { kernels, constants } = kernelsOf(runtime)
  const mask = runtime.tailMask(logits.columns)
  const scaleBits = floatBits(scale)
  const kernel = gradient ? kernels.lossesAndGradient : kernels.losses
  const target = gradient ?? logits
  const [to, from, lossBytes] = [rowBytes(target), rowBytes(logits), rowBytes(losses)]
  const octets = logits.stride / 8
  runtime.withIntegers(labels, at => {
    runtime.split({ count: logits.rows, nanoseconds: logits.rows * octets * OCTET_NS }, (begin, end) => {
      const [into, first] = [target.address + begin * to, logits.address + begin * from]
      const [lossesAt, labelsAt] = [losses.address + begin * lossBytes, at + 4 * begin]
      const rows = end - begin
      runtime.temporary(SCRATCH_BYTES, scratch => {
        const at = [lossesAt, lossBytes, labelsAt, scaleBits] as const
        kernel(into, to, first, from, rows, octets, mask, constants, scratch, ...at)
      })
    })
  })
}

/** What eight logits take. */
const OCTET_NS = 6

/** A row's largest value and sum, and the scale: read as splats, which an engine joins as no vector with itself. */
const SCRATCH_BYTES = 12
const LARGEST_OFFSET = 0
const SUM_OFFSET = 4
const SCALE_OFFSET = 8

interface Variant {
  /** Writes softmax or the gradient to the target. */
  readonly stores: boolean
  /** Writes losses, and makes what is stored the gradient. */
  readonly hasLabels: boolean
}

function emitSoftmax(assembler: Assembler, name: string, variant: Variant, table: Constants, arithmetic: Arithmetic) {
  assembler.function(name, { parameters: Array(13).fill(I32) }, (code, locals) => {
    const [target, targetRowBytes, source, sourceRowBytes, rows, octets, tailMask, constants] = locals
    const [scratch, losses, lossRowBytes, labels, scale] = locals.slice(8)
    const v = new Vectors(code, arithmetic, 2, table, constants)
    const loop = { v, octets, tailMask }
    const four = code.local(I32)
    code.i32(4).set(four)
    const [largest, sum] = [v.variable(), v.variable()]
    const [logit, power] = [code.local(F32), code.local(F32)]
    code.get(scratch).get(scale).memory('i32.store', SCALE_OFFSET)
    const steps = [
      [target, targetRowBytes],
      [source, sourceRowBytes],
      [losses, lossRowBytes],
      [labels, four],
    ] as const
    eachRow(code, rows, steps, () => {
      findLargest(loop, source, largest)
      const [m] = acrossLanes(v, largest, 'f32x4.pmax')
      code.get(scratch).get(m).lane('f32x4.extract_lane', 0).memory('f32.store', LARGEST_OFFSET)
      // Read before the target, which may be the same memory, is written.
      if (variant.hasLabels) elementAt(code, source, labels).memory('f32.load').set(logit)
      sumPowers(loop, { source, target, stores: variant.stores }, scratch, sum)
      const [s] = acrossLanes(v, sum, 'f32x4.add')
      code.get(scratch).get(s).lane('f32x4.extract_lane', 0).memory('f32.store', SUM_OFFSET)
      if (variant.hasLabels) {
        const one = new Vectors(code, arithmetic, 1, table, constants)
        one.turn(() => {
          const logarithm = log(one, [s])[0]
          code.get(losses).get(logarithm).lane('f32x4.extract_lane', 0)
          code.get(logit).get(m).lane('f32x4.extract_lane', 0).op('f32.sub').op('f32.sub').memory('f32.store')
        })
      }
      if (!variant.stores) return
      const share = (to: number) => v.div(v.load(to), v.splat(scratch, SUM_OFFSET))
      if (!variant.hasLabels) {
        eachTurn(loop, [target], ([to]) => v.store(to, share(to)))
        return
      }
      elementAt(code, target, labels).memory('f32.load').set(power)
      eachTurn(loop, [target], ([to]) => v.store(to, v.mul(share(to), v.splat(scratch, SCALE_OFFSET))))
      elementAt(code, target, labels)
      code.get(power).get(scratch).memory('f32.load', SUM_OFFSET).op('f32.div').f32(1).op('f32.sub')
      code.get(scratch).memory('f32.load', SCALE_OFFSET).op('f32.mul').memory('f32.store')
    })
  })
}

function findLargest(loop: RowLoop, source: number, largest: Value): void {
  const { v } = loop
  v.turn(() => v.assign(largest, v.constant(Number.NEGATIVE_INFINITY)))
  eachTurn(loop, [source], ([from], masked) => {
    v.assign(largest, v.op('f32x4.pmax', largest, masked(v.load(from), Number.NEGATIVE_INFINITY)))
  })
}

/** target = e^(source − largest), if it is stored; sum = their sum, lane by lane. */
function sumPowers(
  loop: RowLoop,
  { source, target, stores }: { readonly source: number; readonly target: number; readonly stores: boolean },
  scratch: number,
  sum: Value,
): void {
  const { v } = loop
  v.turn(() => v.assign(sum, v.constant(0)))
  eachTurn(loop, [source, target], ([from, to], masked) => {
    const difference = v.sub(v.load(from), v.splat(scratch, LARGEST_OFFSET))
    const power = masked(
      v.scope(() => exp(v, difference, { isNegative: true })),
      0,
    )
    if (stores) v.store(to, power)
    v.assign(sum, v.add(sum, power))
  })
}

/** Leaves on the stack: row + 4 · (the label that `labels` points to). */
const elementAt = (code: Code, row: number, labels: number): Code =>
  code.get(row).get(labels).memory('i32.load').i32(2).op('i32.shl').op('i32.add')
