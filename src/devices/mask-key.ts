/** Where the masks of a cell are drawn from: the same on every device. */
import { type RandomKey, subkey } from '../random/key.ts'

/** The key of a cell's k-th mask. Its rows are the sequences in packed order, or the packed rows. */
export const maskKey = (noise: RandomKey, k: number): RandomKey => subkey(noise, k)
