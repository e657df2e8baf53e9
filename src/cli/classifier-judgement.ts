/** A classifier's judgement: as JSON, and for the eye. */
import type { Judgement } from '../models/judgement.ts'
import { aligned, onOneLine } from './aligned.ts'
import { counted, countOf, percent } from './numbers.ts'

/** A confusion matrix of more labels is no help to the eye; its largest confusions are. */
const MATRIX_LABELS_MAX = 10
const CONFUSIONS_SHOWN = 10

export function judgementDocument({ examples, loss, accuracy, macroF1, classes, confusion }: Judgement) {
  return {
    examples,
    loss,
    accuracy,
    macroF1,
    classes: classes.map(({ label, precision, recall, f1, support }) => ({ label, precision, recall, f1, support })),
    confusion,
  }
}

/** @param majority  Share of the largest class. */
export function judgementReport(
  { examples, loss, accuracy, macroF1, classes, confusion }: Judgement,
  majority: number,
): string[] {
  const labels = classes.map(scores => onOneLine(scores.label))
  const three = (value: number) => value.toFixed(3)
  return [
    `accuracy ${percent(accuracy)} (largest class ${percent(majority)}) of ${countOf(examples, 'text')}`,
    `loss ${three(loss)}, macro F1 ${three(macroF1)}`,
    '',
    ...aligned([
      ['label', 'precision', 'recall', 'F1', 'support'],
      ...classes.map(({ precision, recall, f1, support }, k) => [
        labels[k],
        three(precision),
        three(recall),
        three(f1),
        counted(support),
      ]),
    ]),
    '',
    ...(labels.length <= MATRIX_LABELS_MAX ? matrix(labels, confusion) : largest(labels, confusion)),
  ]
}

function matrix(labels: readonly string[], confusion: Judgement['confusion']): string[] {
  return aligned([
    ['true \\ predicted', ...labels],
    ...confusion.map((row, truth) => [labels[truth], ...row.map(counted)]),
  ])
}

function largest(labels: readonly string[], confusion: Judgement['confusion']): string[] {
  const wrong = confusion.flatMap((row, truth) =>
    row.flatMap((count, answer) => (truth === answer || count === 0 ? [] : [{ truth, answer, count }])),
  )
  const first = wrong.toSorted((a, b) => b.count - a.count).slice(0, CONFUSIONS_SHOWN)
  if (first.length === 0) return ['no confusions']
  return aligned([
    ['true', 'predicted', 'texts'],
    ...first.map(({ truth, answer, count }) => [labels[truth], labels[answer], counted(count)]),
  ])
}
