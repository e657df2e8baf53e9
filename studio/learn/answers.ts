/** What the chapters ask: each piece of them computes, by the library. */
import { cellNamed } from '../../src/cells/registry.ts'
import type { Equations } from '../../src/formula/equations.ts'
import { type Change, changed } from '../../src/inspect/interventions.ts'
import { predictionsOf } from '../../src/inspect/predictions.ts'
import type { InspectedPrediction } from '../../src/inspect/report.ts'
import { readingOf } from '../../src/inspect/subject.ts'
import { type Answers, Handed, type Work } from '../worker/protocol.ts'
import { stepperAnswers, type WalkAsk } from '../worker/stepper.ts'
import { type FadingAsk, fading } from './compute/fading.ts'
import { type FileAnswer, fileOf, readAgain } from './compute/file.ts'
import { activationCurve, type GateAsk, gate, type MemoryAsk, memory } from './compute/gate.ts'
import { type HouseAsk, houseSession, trainHouse } from './compute/house.ts'
import { type ShapesAsk, shapes } from './compute/shapes.ts'
import { type SoftmaxAsk, softmaxOf } from './compute/softmax.ts'
import { type GuessAsk, guessMiddle, neighbourLists, type WordsAsk } from './compute/words.ts'

/** Of which model: the one that is open in this worker (null), or one of the house. */
interface Of {
  readonly house: HouseAsk | null
}

const at = ({ house }: Of, work: Work): Work => (house ? { ...work, session: houseSession(house) } : work)

export const answers = {
  house: (ask: HouseAsk, work: Work) => trainHouse(ask, work),
  walk: (ask: WalkAsk & Of, work: Work) => stepperAnswers.walk(ask, at(ask, work)),
  step: (ask: WalkAsk & Of & { layer: number; at: number }, work: Work) => stepperAnswers.step(ask, at(ask, work)),

  /** For a text under changes, at its end. */
  async predict(ask: Of & { text: string; changes: readonly Change[] }, work: Work): Promise<InspectedPrediction> {
    const { model } = at(ask, work).session
    let subject: Parameters<typeof readingOf>[0] = model
    let reading = readingOf(subject, ask.text)
    for (const change of ask.changes) ({ subject, reading } = changed(subject, reading, change))
    const predictions = await predictionsOf(subject, reading, { signal: work.signal })
    return predictions[predictions.length - 1]
  },

  /** A cell's equations, without its name. */
  cell({ name }: { name: string }): Equations {
    const { state, quantities, output, first, blocks, parameters, parameterValues } = cellNamed(name)
    return { state, quantities, output, first, blocks, parameters, parameterValues }
  },
  fading: (ask: FadingAsk, work: Work) => fading(ask, work),
  gate: (ask: GateAsk) => gate(ask),
  memory: (ask: MemoryAsk) => memory(ask),
  curve: (ask: { name: string }) => activationCurve(ask),
  shapes: (ask: ShapesAsk) => shapes(ask),
  softmax: (ask: SoftmaxAsk) => softmaxOf(ask),
  guess: (ask: GuessAsk, work: Work) => guessMiddle(ask, work),
  words: (ask: WordsAsk, work: Work) => neighbourLists(ask, work),

  file(ask: Of & { opening: number }, work: Work): Handed<FileAnswer> {
    const answer = fileOf(at(ask, work).session.model)
    return new Handed(answer, [answer.bytes.buffer])
  },
  again: (ask: Of & { bytes: Uint8Array; text: string }, work: Work) =>
    readAgain(at(ask, work).session.model, ask, work.signal),
} satisfies Answers
