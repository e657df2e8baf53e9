/** Numbers as people read them; the same in every locale. */

/** Made when the first number is written: loading the engine's locales takes twenty milliseconds. */
let whole: Intl.NumberFormat | undefined

/** `12,300` */
export function counted(value: number): string {
  whole ??= new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
  return whole.format(value)
}

/** `1 text`, `12,300 texts` */
export const countOf = (value: number, noun: string): string => `${counted(value)} ${noun}${value === 1 ? '' : 's'}`

/** `81.2 %` of 0.8123 */
export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`

/** `0:07`, `12:30`, `3:05:00` of seconds */
export function clock(seconds: number): string {
  const total = Math.max(0, Math.round(seconds))
  const [hours, minutes, rest] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60]
  const two = (value: number) => String(value).padStart(2, '0')
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`
}

/** `4.0 GiB` of bytes */
export function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`
}
