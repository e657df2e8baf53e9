/** The options of `sluice studio`. */
import type { OptionTable } from '../models/option-table.ts'

/** Tried first, so that yesterday's addresses still lead somewhere. */
export const USUAL_PORT = 4717

export const studioOptions = {
  port: {
    kind: 'whole',
    default: null,
    minimum: 0,
    maximum: 65_535,
    about: `Port to listen on, 0 for any free one; ${USUAL_PORT} when not given, or any where that is taken.`,
  },
  open: { kind: 'switch', default: true, about: 'Open the page in the browser.' },
} as const satisfies OptionTable
