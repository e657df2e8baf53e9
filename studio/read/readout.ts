/** A number as it stands under a token or in a sentence: a share in per cent. */
import type { Scale } from '../parts/colours.ts'
import { short } from '../parts/legend.tsx'
import { signedNumber, signedPercent } from '../parts/share-bar.tsx'

export function readout(value: number, { kind, isPercent }: Scale): string {
  if (kind === 'share' || isPercent) return signedPercent(value)
  return kind === 'signed' ? signedNumber(value) : short(value)
}
