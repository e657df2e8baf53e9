/** Where curves of activations are drawn: −6 to 6. */
export const CURVE: readonly number[] = Array.from({ length: 121 }, (_, k) => -6 + k / 10)
