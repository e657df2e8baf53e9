/**
 * The transcendental functions, on vectors. No table look-ups, no branches, no rounding instructions (see
 * `vectors.ts`); NaN stays NaN.
 */
import type { Value, Vectors } from './vectors.ts'

/** 1.5 · 2^23: adding it to |x| < 2^22 leaves x, rounded to an integer, in the low bits. */
const MAGIC = 12582912
const INFINITY_BITS = 0x7f800000

/** Below, eˣ is no normal number; above, it is no finite one. */
const EXP_LOW = -87.33654
const EXP_HIGH = 88.72283

/**
 * eˣ, relative error below 2e−7. Below −87.34 it is 0, above 88.72 Infinity.
 *
 *   x = n ln 2 + r, |r| ≤ ½ ln 2;   eˣ = 2ⁿ (1 + r + r² p(r))
 *
 * @param options.isNegative  x ≤ 0 is known: what is above needs no care.
 * @see Cephes, expf.c, for p and the two parts of ln 2.
 */
export function exp(v: Vectors, x: Value, { isNegative = false } = {}): Value {
  const limited = v.clamp(x, EXP_LOW, EXP_HIGH)
  const shifted = v.madd(v.constant(MAGIC), limited, v.constant(Math.LOG2E))
  const n = v.sub(shifted, v.constant(MAGIC))
  const r = v.nmadd(v.nmadd(limited, n, v.constant(0.693359375)), n, v.constant(-2.1219444e-4))
  const p = v.polynomial(
    r,
    [1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1],
  )
  const power = v.add(v.madd(r, v.mul(r, r), p), v.constant(1))
  // The magic number's own bits are shifted out on the left.
  const scaled = v.op('i32x4.add', power, v.shift('i32x4.shl', shifted, 23))
  const finite = v.op('v128.andnot', scaled, v.op('f32x4.lt', x, v.constant(EXP_LOW)))
  if (isNegative) return finite
  return v.choose(v.op('f32x4.gt', x, v.constant(EXP_HIGH)), v.bits(INFINITY_BITS), finite)
}

/** Where the rational function reaches exactly 1 in 32 bits: with one rounding of a multiply-add, and with two. */
const TANH_LIMIT = { relaxed: 7.998811721801758, plain: 7.905311107635498 }

/**
 * tanh x as a rational function, absolute error below 4e−7; ±1 when |x| is large.
 *
 * @see Eigen, MathFunctionsImpl.h, the single precision coefficients: odd degree 13 over even degree 6.
 */
export function tanh(v: Vectors, x: Value): Value {
  const limit = v.isRelaxed ? TANH_LIMIT.relaxed : TANH_LIMIT.plain
  const limited = v.clamp(x, -limit, limit)
  const square = v.mul(limited, limited)
  const odd = v.polynomial(
    square,
    [
      -2.76076847742355e-16, 2.00018790482477e-13, -8.60467152213735e-11, 5.12229709037114e-8, 1.48572235717979e-5,
      6.37261928875436e-4, 4.89352455891786e-3,
    ],
  )
  const even = v.polynomial(square, [1.19825839466702e-6, 1.18534705686654e-4, 2.268434632439e-3, 4.89352518554385e-3])
  return v.div(v.mul(limited, odd), even)
}

/** 1 / (1 + e⁻ˣ) = ½ + ½ tanh(x/2), absolute error below 2e−7: enough for gates, not a relative error. */
export function sigmoid(v: Vectors, x: Value): Value {
  const half = v.constant(0.5)
  return v.madd(half, half, tanh(v, v.mul(x, half)))
}

/**
 * ln x, relative error below 2e−7 of the larger of |ln x| and the distance of x from 1. ln 0 = −Infinity, below NaN.
 *
 *   x = 2ᵉ m, √½ ≤ m < √2, f = m − 1;   ln x = e ln 2 + f − f²/2 + f³ p(f)
 *
 * @see Cephes, logf.c, for p.
 */
export function log(v: Vectors, x: Value): Value {
  // Numbers below the smallest normal one are brought up by 2^24.
  const isTiny = v.op('f32x4.lt', x, v.bits(0x00800000))
  const normal = v.choose(isTiny, v.mul(x, v.constant(2 ** 24)), x)
  const exponent = v.shift('i32x4.shr_s', v.op('i32x4.sub', normal, v.constant(Math.SQRT1_2)), 23)
  const mantissa = v.op('i32x4.sub', normal, v.shift('i32x4.shl', exponent, 23))
  const adjusted = v.op('i32x4.sub', exponent, v.op('v128.and', isTiny, v.bits(24)))
  const e = v.op('f32x4.convert_i32x4_s', adjusted)
  const f = v.sub(mantissa, v.constant(1))
  const square = v.mul(f, f)
  const p = v.polynomial(
    f,
    [
      7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
      2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
    ],
  )
  const tail = v.madd(v.mul(v.mul(f, square), p), e, v.constant(-2.1219444e-4))
  const small = v.add(f, v.nmadd(tail, square, v.constant(0.5)))
  const finite = v.madd(small, e, v.constant(0.693359375))
  return logEdges(v, x, finite)
}

/** Infinity stays, 0 gives −Infinity, below 0 and NaN give NaN. */
function logEdges(v: Vectors, x: Value, finite: Value): Value {
  const infinity = v.bits(INFINITY_BITS)
  const upper = v.choose(v.op('f32x4.lt', x, infinity), finite, x)
  const zero = v.bits(0)
  const lower = v.choose(v.op('f32x4.eq', x, zero), v.op('f32x4.neg', infinity), v.bits(0x7fc00000))
  return v.choose(v.op('f32x4.gt', x, zero), upper, lower)
}

/**
 * erf x, absolute error below 6e−7.
 *
 *   erf |x| = 1 − (a₁ t + … + a₅ t⁵) e^{−x²},   t = 1 / (1 + 0.3275911 |x|)
 *
 * @see Abramowitz & Stegun 7.1.26.
 */
export function erf(v: Vectors, x: Value): Value {
  const one = v.constant(1)
  const t = v.div(one, v.madd(one, v.op('f32x4.abs', x), v.constant(0.3275911)))
  const p = v.polynomial(t, [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592])
  const decay = exp(v, v.op('f32x4.neg', v.mul(x, x)), { isNegative: true })
  const magnitude = v.op('f32x4.pmax', v.nmadd(one, v.mul(p, t), decay), v.bits(0))
  const sign = v.op('v128.and', x, v.bits(0x80000000))
  return v.op('v128.or', magnitude, sign)
}
