/** What the frame of the page asks: to open a model. */
import { factsOf, type ModelFacts } from './model-facts.ts'
import { openBytes } from './open-bytes.ts'
import type { Answers, Work } from './protocol.ts'

export const answers = {
  /** Opens a model; the one before stays open when this fails. */
  async open({ bytes, name }: { bytes: ArrayBuffer; name: string }, { session }: Work): Promise<ModelFacts> {
    const model = await openBytes(new Uint8Array(bytes), name)
    session.open(model)
    return factsOf(model, name)
  },
} satisfies Answers
