/** Numbers as they stand in formulas and pictures: short, with a real minus. */

const MINUS = '−'
const real = (text: string): string => (/^-0(?:\.0*)?$/.test(text) ? text.slice(1) : text.replace('-', MINUS))

/** Two digits after the point; three from 100 on are none. */
export const fixed = (x: number, digits = 2): string => real(Math.abs(x) >= 100 ? x.toFixed(0) : x.toFixed(digits))

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** A magnitude that may be tiny: 0.0123, 3.1 · 10⁻⁷. */
export function magnitude(x: number): string {
  if (x === 0 || !Number.isFinite(x)) return real(String(x))
  const size = Math.abs(x)
  if (size >= 1e-3 && size < 1000) return real(x.toPrecision(2).includes('e') ? x.toFixed(0) : x.toPrecision(2))
  const [mantissa, exponent] = x.toExponential(1).split('e')
  const power = [...exponent.replace('+', '')].map(c => (c === '-' ? '⁻' : SUPERSCRIPTS[Number(c)])).join('')
  return `${real(mantissa)}·10${power}`
}

/** The same in words for a voice: no raised digits. */
export const spokenMagnitude = (x: number): string => {
  const size = Math.abs(x)
  return size === 0 || (size >= 1e-3 && size < 1000) ? magnitude(x) : real(x.toExponential(1))
}
