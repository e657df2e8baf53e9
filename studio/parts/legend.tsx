/** What the colours of a scale mean, in numbers. */
import { scheme } from '../shell/scheme.ts'
import { cssGradient, type Scale } from './colours.ts'
import { signedPercent } from './share-bar.tsx'

export function Legend({ scale }: { scale: Scale }) {
  const { kind, limit, isPercent } = scale
  const name = (value: number) => (kind === 'share' || isPercent ? signedPercent(value) : short(value))
  return (
    <span class="legend">
      <span>{kind === 'signed' ? name(-limit) : name(0)}</span>
      <i class="ramp" aria-hidden="true" style={{ backgroundImage: cssGradient(kind, scheme.value) }} />
      <span>{name(limit)}</span>
    </span>
  )
}

/** Three significant digits, a real minus. */
export const short = (value: number): string =>
  (Math.abs(value) >= 1000 ? value.toFixed(0) : value.toPrecision(3)).replace('-', '−')
