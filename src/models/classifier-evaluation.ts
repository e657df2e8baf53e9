/** A classifier judged on labelled texts: what `TextClassifier.evaluate` does. */
import type { LabelledText } from '../data/examples.ts'
import { DataError } from '../errors/errors.ts'
import { Turns } from '../training/turns.ts'
import { codedRows, judge } from './classification-task.ts'
import { type ClassifierNetwork, linkClassifierNetwork } from './classifier-network.ts'
import type { Judgement } from './judgement.ts'
import { requireKnownLabels } from './labelled-rows.ts'
import { requireObject } from './option-table.ts'
import type { ClassifierParts } from './text-classifier-file.ts'

export async function evaluateClassifier(
  model: Pick<ClassifierParts<ClassifierNetwork>, 'network' | 'encoder' | 'labels'>,
  rows: readonly LabelledText[],
  options: { readonly signal?: AbortSignal },
): Promise<Judgement> {
  requireObject('evaluate', options)
  linkClassifierNetwork()
  const { network, encoder, labels } = model
  requireKnownLabels(rows, labels, 'evaluate')
  if (rows.length === 0) throw new DataError('evaluate: expected labelled texts, got none. Give a file with rows.')
  return judge(network, codedRows(rows, encoder, labels), labels, new Turns(options.signal))
}
