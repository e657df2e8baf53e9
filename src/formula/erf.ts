/**
 * The error function in 64 bits, relative error below 1e−14.
 *
 * |x| < 2.5: the Maclaurin series erf x = 2/√π · e^{−x²} · Σ 2ⁿ x^{2n+1} / (1·3·…·(2n+1)) (Abramowitz & Stegun 7.1.6);
 * above: 1 − erfc x by the continued fraction (7.1.14), evaluated from a fixed depth.
 */
export function erf(x: number): number {
  const a = Math.abs(x)
  if (Number.isNaN(a)) return a
  if (a > 6) return Math.sign(x)
  const scale = Math.exp(-a * a) / Math.sqrt(Math.PI)
  if (a < 2.5) {
    let term = a
    let sum = a
    for (let n = 1; term > sum * 1e-17; n++) {
      term *= (2 * a * a) / (2 * n + 1)
      sum += term
    }
    return Math.sign(x) * 2 * scale * sum
  }
  let fraction = a
  for (let n = 60; n >= 1; n--) fraction = a + n / 2 / fraction
  return Math.sign(x) * (1 - scale / fraction)
}
