/** A block of a device's memory. Only the device that made it may look behind this. */
export interface Matrix {
  readonly rows: number
  /** Floats of a row that are data. */
  readonly columns: number
  /** Floats from one row to the next, a multiple of 8. */
  readonly stride: number
}
