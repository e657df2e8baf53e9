/** `sluice next MODEL "TEXT SO FAR"` */
import { LanguageModel } from '../../models/language-model.ts'
import { completeOptions } from '../../models/option-table.ts'
import { readModel } from '../../platform/node/index.ts'
import { aligned } from '../aligned.ts'
import { useWasm } from '../device.ts'
import type { Invocation } from '../invocation.ts'
import { nextOptions } from '../language-option-tables.ts'
import { percent } from '../numbers.ts'
import { textOf } from '../standard-input.ts'

export async function run({ operands: [path, operand], options, isJson, terminal, signal }: Invocation): Promise<void> {
  const { top } = completeOptions('sluice next', nextOptions, options)
  const text = await textOf(operand, signal)
  await useWasm(options, 'small')
  const model = await readModel(path, { kind: LanguageModel })
  for (const warning of model.warnings) terminal.warn(warning)
  const next = model.next(text, top)
  if (isJson) return await terminal.write(`${JSON.stringify({ next })}\n`)
  const rows = next.map(({ token, probability }) => [printable(token), percent(probability)])
  await terminal.write(`${aligned(rows).join('\n')}\n`)
}

/** White space and what would move the cursor, so that it can be seen. */
const printable = (token: string): string => (/^\P{C}*\S\P{C}*$/u.test(token) ? token : JSON.stringify(token))
