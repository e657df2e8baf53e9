/** Many units as one number: one of them, their mean, or their length. */
export const OF = ['unit', 'mean', 'norm'] as const
export type Of = (typeof OF)[number]

export function ofUnits(values: ArrayLike<number>, of: Of, unit: number): number {
  if (of === 'unit') return values[Math.min(unit, values.length - 1)]
  let [sum, squares] = [0, 0]
  for (let u = 0; u < values.length; u++) {
    sum += values[u]
    squares += values[u] ** 2
  }
  return of === 'mean' ? sum / values.length : Math.sqrt(squares)
}

/** A gradient has no mean that says anything: of all units together it is a length. */
export const gradientOfUnits = (values: ArrayLike<number>, of: Of, unit: number): number =>
  ofUnits(values, of === 'unit' ? 'unit' : 'norm', unit)
