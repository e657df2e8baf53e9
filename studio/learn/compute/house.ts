/** The models of the house: trained in the page, in a second or two, for who has not opened one. */
import { LanguageModel } from '../../../src/models/language-model.ts'
import { TextClassifier } from '../../../src/models/text-classifier.ts'
import type { Progress } from '../../../src/training/report.ts'
import type { Work } from '../../worker/protocol.ts'
import { Session } from '../../worker/session.ts'
import { opinions, type Tongue } from './sentences.ts'

export type HouseKind = 'classifier' | 'language-model'

export interface HouseAsk {
  readonly kind: HouseKind
  readonly tongue: Tongue
}

export interface HouseFacts {
  readonly kind: HouseKind
  readonly cell: string
  readonly hidden: number
  readonly parameters: number
  readonly sentences: number
  /** Of a classifier: share of right answers on sentences that it has not seen; else null. */
  readonly accuracy: number | null
}

export const SENTENCES = 800
const UNSEEN = 200
const EPOCHS = 10

/** Of a whole training. */
export const shareDone = ({ epoch, epochs, step, steps }: Progress): number => (epoch - 1 + step / steps) / epochs

const made = new Map<string, TextClassifier | LanguageModel>()
const keyOfHouse = ({ kind, tongue }: HouseAsk): string => `${kind} ${tongue}`

const sessions = new Map<string, Session>()

/** A session in which it is the open model. @throws  It has not been trained yet. */
export function houseSession(ask: HouseAsk): Session {
  const session = sessions.get(keyOfHouse(ask))
  if (session) return session
  throw new Error('internal: the model of the house has not been trained')
}

/** Trains it, once. Reports the share of the work that is done. */
export async function trainHouse(ask: HouseAsk, { signal, report }: Work): Promise<HouseFacts> {
  const rows = opinions(ask.tongue, SENTENCES)
  const key = keyOfHouse(ask)
  const common = { tokens: 'space', language: ask.tongue, minimumCount: 1, seed: 1, signal } as const
  const onProgress = (progress: Progress) => report(shareDone(progress))
  const model =
    made.get(key) ??
    (ask.kind === 'classifier'
      ? await TextClassifier.train(rows, {
          ...common,
          cell: 'lstm',
          hidden: [16],
          embedding: 8,
          pooling: 'last',
          bidirectional: false,
          dropout: 0,
          wordDropout: 0,
          adversarial: 0,
          patience: EPOCHS,
          epochs: EPOCHS,
          batch: 16,
          learningRate: 0.01,
          onProgress,
        })
      : await LanguageModel.train(`${rows.map(({ text }) => text).join('\n')}\n`, {
          ...common,
          cell: 'lstm',
          hidden: [32],
          embedding: 16,
          tieWeights: false,
          dropout: 0,
          lineEnd: '⏎',
          epochs: EPOCHS,
          batch: 16,
          unroll: 12,
          learningRate: 0.01,
          onProgress,
        }))
  made.set(key, model)
  if (!sessions.has(key)) {
    const session = new Session()
    session.open(model)
    sessions.set(key, session)
  }
  const unseen = opinions(ask.tongue, UNSEEN, 2)
  return {
    kind: ask.kind,
    cell: model.network.cell.name,
    hidden: model.network.sizes.hidden[0],
    parameters: model.parameterCount,
    sentences: SENTENCES,
    accuracy:
      model instanceof TextClassifier
        ? model.predictAll(unseen.map(({ text }) => text)).filter(({ label }, k) => label === unseen[k].label).length /
          UNSEEN
        : null,
  }
}
