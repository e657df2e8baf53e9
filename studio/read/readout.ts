/** A number as it stands under a token or in a sentence: a share in per cent. */
import type { Scale } from '../parts/colours.ts'
import { short } from '../parts/legend.tsx'
import { percent } from '../parts/share-bar.tsx'

export const readout = (value: number, { kind }: Scale): string =>
  kind === 'share' ? percent(value) : kind === 'signed' ? value.toFixed(2).replace('-', '−') : short(value)
