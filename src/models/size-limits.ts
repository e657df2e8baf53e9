/** The smallest and largest sizes of a network: what options may ask for and a model file may say. */
export const SIZE_LIMITS = {
  embedding: { minimum: 1, maximum: 65_536 },
  /** Units of a layer and direction. */
  hidden: { minimum: 1, maximum: 65_536 },
  layers: { minimum: 1, maximum: 64 },
} as const
