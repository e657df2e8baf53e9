/** How work is dealt out. */

/** Nanoseconds of work below which another thread is not worth waking and waiting for. */
export const WORTH_NS = 15_000

export interface Work {
  /** What there is to divide: rows, panels, … */
  readonly count: number
  /** A share begins at a multiple of this. @default 1 */
  readonly unit?: number
  /** About how many nanoseconds all of it takes one thread. */
  readonly nanoseconds: number
}

/** The first item of share k of so many, as even as the unit allows; share k ends where share k + 1 begins. */
export function shareBegin({ count, unit = 1 }: Work, shares: number, k: number): number {
  const units = Math.ceil(count / unit)
  return Math.min(count, Math.floor((units * k) / shares) * unit)
}

/** How many of the available threads are worth it. @param worth  Nanoseconds of work that another thread must have. */
export function sharesFor({ count, unit = 1, nanoseconds }: Work, available: number, worth: number): number {
  return Math.max(1, Math.min(available, Math.floor(nanoseconds / worth), Math.ceil(count / unit)))
}
