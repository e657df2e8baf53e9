/**
 * The inverse of the standard normal distribution function, without `Math.log`: the language leaves the last digits of
 * that to the engine, and initial weights must be the same everywhere.
 *
 *   |p − ½| ≤ 0.425:  z = q · A(r) / B(r),     q = p − ½,  r = 0.180625 − q²
 *   else:             z = ± C(r) / D(r),       r = √(−ln min(p, 1 − p)) − 1.6
 *
 * The third region of the source (r > 5, p < 1.4e−11) is left out: 32 bits never reach it.
 *
 * @see Wichura 1988, "Algorithm AS 241: the percentage points of the normal distribution", PPND16.
 */

// Descending powers; the published digits, rounded to 64 bits.
const A = [
  2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513,
  133.14166789178438, 3.3871328727963665,
]
const B = [
  5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579,
  42.31333070160091, 1,
]
const C = [
  0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
  5.769497221460691, 4.630337846156546, 1.4234371107496835,
]
const D = [
  1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
  1.6763848301838038, 2.053191626637759, 1,
]

/**
 * Finds z with Φ(z) = p.
 *
 * @param p  2^−33 … 1 − 2^−33.
 * @returns  z, accurate to some 1e−15 relative.
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q
    return (q * polynomial(A, r)) / polynomial(B, r)
  }
  const r = Math.sqrt(-naturalLogarithm(q < 0 ? p : 1 - p)) - 1.6
  const z = polynomial(C, r) / polynomial(D, r)
  return q < 0 ? -z : z
}

/**
 * ln x for a finite x > 0, by arithmetic alone: the same bits in every engine.
 *
 *   x = m · 2^e, √½ ≤ m < √2;   ln x = e ln 2 + 2 artanh(s),   s = (m − 1) / (m + 1),   |s| < 0.172
 */
export function naturalLogarithm(x: number): number {
  let mantissa = x
  let exponent = 0
  // Doubling and halving are exact.
  while (mantissa < Math.SQRT1_2) {
    mantissa *= 2
    exponent--
  }
  while (mantissa >= Math.SQRT2) {
    mantissa /= 2
    exponent++
  }
  const s = (mantissa - 1) / (mantissa + 1)
  const square = s * s
  let sum = 0
  // s^21 / 21 is below 1e-17, so the terms to the 19th power suffice.
  for (let power = 19; power >= 1; power -= 2) sum = sum * square + 1 / power
  return exponent * Math.LN2 + 2 * s * sum
}

function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0
  for (const coefficient of coefficients) value = value * x + coefficient
  return value
}
