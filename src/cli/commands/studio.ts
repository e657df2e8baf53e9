/** `sluice studio [MODEL]`: serves the studio until it is stopped. */
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { DataError } from '../../errors/errors.ts'
import { completeOptions } from '../../models/option-table.ts'
import { requireModelOrVectors } from '../../platform/node/model-files.ts'
import { type StudioServer, startStudioServer } from '../../server/studio-server.ts'
import { Interruption } from '../failure.ts'
import type { Invocation } from '../invocation.ts'
import { openPage } from '../open-page.ts'
import { studioFolder } from '../studio-build.ts'
import { studioOptions, USUAL_PORT } from '../studio-options.ts'

export async function run({ operands, options, isJson, terminal, signal }: Invocation): Promise<void> {
  const { port, open } = completeOptions('sluice studio', studioOptions, options)
  const model = operands.length > 0 ? await requireFile(operands[0]) : null
  const folder = await studioFolder(line => terminal.milestone(() => line), signal)
  const server = await started(folder, model, port)
  try {
    terminal.note('The studio runs until you stop it with Ctrl-C.')
    await terminal.write(isJson ? `${JSON.stringify({ url: server.url })}\n` : `${server.url}\n`)
    if (open) openPage(server.url)
    await aborted(signal)
  } finally {
    await server.close()
  }
  const { signal: name } = signal.reason as Interruption
  throw new Interruption(name, `studio: stopped by ${name}.`)
}

/** Looks before the page is built, and before somebody waits for it. */
async function requireFile(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isFile()) {
    await requireModelOrVectors(path)
    return resolve(path)
  }
  throw new DataError(
    `${path}: expected a model file, got ${found ? 'something that is no file' : 'no such file'}. ` +
      'Check the path, or leave it out and drop a file on the page.',
  )
}

async function started(folder: string, model: string | null, port: number | null): Promise<StudioServer> {
  if (port !== null) return await startStudioServer({ folder, model, port })
  try {
    return await startStudioServer({ folder, model, port: USUAL_PORT })
  } catch (error) {
    if (error instanceof DataError) return await startStudioServer({ folder, model, port: 0 })
    throw error
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
