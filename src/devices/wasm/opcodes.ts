/**
 * The WebAssembly instructions that our kernels use, under the names of the specification's text format.
 *
 * A number above 0xff is a prefix byte and an index behind it: 0xfd for vectors, 0xfc for bulk memory, 0xfe for atomic
 * access. To use another instruction, add its line here.
 *
 * @see WebAssembly Core Specification, "Binary Format: Instructions"; the relaxed ones from the relaxed-simd proposal.
 */

const vector = (index: number) => 0xfd0000 + index
const atomic = (index: number) => 0xfe0000 + index

/** Instructions without immediate operands. */
export const plainOpcodes = {
  unreachable: 0x00,
  drop: 0x1a,
  select: 0x1b,
  return: 0x0f,

  'i32.eqz': 0x45,
  'i32.eq': 0x46,
  'i32.ne': 0x47,
  'i32.lt_s': 0x48,
  'i32.lt_u': 0x49,
  'i32.gt_s': 0x4a,
  'i32.gt_u': 0x4b,
  'i32.le_u': 0x4d,
  'i32.ge_s': 0x4e,
  'i32.ge_u': 0x4f,
  'i32.add': 0x6a,
  'i32.sub': 0x6b,
  'i32.mul': 0x6c,
  'i32.div_u': 0x6e,
  'i32.rem_u': 0x70,
  'i32.and': 0x71,
  'i32.or': 0x72,
  'i32.xor': 0x73,
  'i32.shl': 0x74,
  'i32.shr_u': 0x76,

  'i64.mul': 0x7e,
  'i64.shr_u': 0x88,
  'i32.wrap_i64': 0xa7,
  'i64.extend_i32_u': 0xad,

  'f32.add': 0x92,
  'f32.sub': 0x93,
  'f32.mul': 0x94,
  'f32.div': 0x95,
  'f32.max': 0x97,
  'f64.add': 0xa0,
  'f32.reinterpret_i32': 0xbe,

  'i32x4.splat': vector(17),
  'f32x4.splat': vector(19),
  'i32x4.eq': vector(55),
  'i32x4.lt_s': vector(57),
  'i32x4.gt_s': vector(59),
  'f32x4.eq': vector(65),
  'f32x4.ne': vector(66),
  'f32x4.lt': vector(67),
  'f32x4.gt': vector(68),
  'f32x4.le': vector(69),
  'f32x4.ge': vector(70),
  'v128.not': vector(77),
  'v128.and': vector(78),
  'v128.andnot': vector(79),
  'v128.or': vector(80),
  'v128.xor': vector(81),
  'v128.bitselect': vector(82),
  'f64x2.promote_low_f32x4': vector(95),
  'i32x4.shl': vector(171),
  'i32x4.shr_s': vector(172),
  'i32x4.shr_u': vector(173),
  'i32x4.add': vector(174),
  'i32x4.sub': vector(177),
  'i32x4.mul': vector(181),
  'f32x4.abs': vector(224),
  'f32x4.neg': vector(225),
  'f32x4.sqrt': vector(227),
  'f32x4.add': vector(228),
  'f32x4.sub': vector(229),
  'f32x4.mul': vector(230),
  'f32x4.div': vector(231),
  'f32x4.min': vector(232),
  'f32x4.max': vector(233),
  'f32x4.pmin': vector(234),
  'f32x4.pmax': vector(235),
  'f64x2.add': vector(240),
  'f64x2.mul': vector(242),
  'i32x4.trunc_sat_f32x4_s': vector(248),
  'f32x4.convert_i32x4_s': vector(250),
  'f32x4.relaxed_madd': vector(0x105),
  'f32x4.relaxed_nmadd': vector(0x106),
} as const

/**
 * Loads and stores, and what threads meet by: opcode, and the natural alignment as a power of two.
 *
 * @see the threads proposal for the atomic ones.
 */
export const memoryOpcodes = {
  'i32.load': [0x28, 2],
  'f32.load': [0x2a, 2],
  'f64.load': [0x2b, 3],
  'i32.store': [0x36, 2],
  'f32.store': [0x38, 2],
  'f64.store': [0x39, 3],
  'v128.load': [vector(0), 4],
  'v128.load32_splat': [vector(9), 2],
  'v128.store': [vector(11), 4],
  'memory.atomic.notify': [atomic(0), 2],
  'memory.atomic.wait32': [atomic(1), 2],
  'i32.atomic.load': [atomic(16), 2],
  'i32.atomic.store': [atomic(23), 2],
  'i32.atomic.rmw.add': [atomic(30), 2],
} as const

/** Instructions with one lane index behind them. */
export const laneOpcodes = {
  'i32x4.extract_lane': vector(27),
  'f32x4.extract_lane': vector(31),
  'f32x4.replace_lane': vector(32),
  'f64x2.extract_lane': vector(33),
} as const

export type PlainInstruction = keyof typeof plainOpcodes
export type MemoryInstruction = keyof typeof memoryOpcodes
export type LaneInstruction = keyof typeof laneOpcodes
