/** A plain file host: the studio's files in a folder, a model beside them, no header but the type. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

/** The name under which the model can be had. */
export const MODEL_BESIDE = 'my.safetensors'

/**
 * @param folder  Of the built studio.
 * @param model   A file; null: none.
 * @param use     Given the studio's address; the host ends with it.
 */
export async function onPlainServer(
  folder: string,
  model: string | null,
  use: (url: string) => Promise<void>,
): Promise<void> {
  const plain = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? '/').split('?')[0]).replace('/deep/', '')
    response.setHeader('Content-Type', TYPES[extname(path)] ?? 'text/html')
    try {
      response.end(readFileSync(path === MODEL_BESIDE && model !== null ? model : join(folder, path || 'index.html')))
    } catch {
      response.statusCode = 404
      response.end()
    }
  }).listen(0, '127.0.0.1')
  try {
    await once(plain, 'listening')
    await use(`http://127.0.0.1:${(plain.address() as { port: number }).port}/deep/`)
  } finally {
    plain.closeAllConnections()
    plain.close()
  }
}
