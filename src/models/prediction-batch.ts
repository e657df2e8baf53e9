/** Texts that are predicted together when there are many; the answers do not depend on it. */
export const PREDICTION_BATCH = 64
