/**
 * Serves the studio to this computer's own browser: the built page, and one model. Nothing else can be reached: it
 * listens on the loopback address only, the files it may send are listed once when it starts, and a request that names
 * another host is refused, so that no other site's page can ask by a name that it made lead here (DNS rebinding).
 */
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import sirv from 'sirv'
import { DataError } from '../errors/errors.ts'
import { PAGE_POLICY } from './page-policy.ts'

export const LOOPBACK = '127.0.0.1'

const HOST_NAMES = ['localhost', LOOPBACK, '[::1]']

/** With the first two the page is isolated and may share memory between threads. */
const HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Content-Security-Policy': `${PAGE_POLICY}; frame-ancestors 'none'`,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-cache',
}

export interface StudioOptions {
  /** Of the built page. */
  readonly folder: string
  /** Path of a model file; null: the page has people open one. */
  readonly model: string | null
  /** 0: any free one. */
  readonly port: number
}

export interface StudioServer {
  readonly url: string
  readonly port: number
  /** Ends all connections too. */
  close(): Promise<void>
}

/**
 * Starts the server.
 *
 * @throws {DataError} the port is taken or may not be used.
 */
export async function startStudioServer(options: StudioOptions): Promise<StudioServer> {
  const files = sirv(options.folder, { etag: true })
  const server = createServer((request, response) => {
    answer(request, response, options, files).catch(() => {
      if (!response.headersSent) refuse(response, 500, 'The server could not answer. Start it again.')
      else response.destroy()
    })
  })
  await listening(server, options.port)
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : options.port
  return {
    url: `http://${LOOPBACK}:${port}/`,
    port,
    async close() {
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const got = error.code === 'EADDRINUSE' ? 'one that is taken' : `${error.code ?? error.message}`
      reject(new DataError(`port ${port}: expected a free port, got ${got}. Choose another --port.`, { cause: error }))
    })
    server.listen(port, LOOPBACK, resolve)
  })
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { folder, model }: StudioOptions,
  files: ReturnType<typeof sirv>,
): Promise<void> {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value)
  if (!isOurHost(request)) return refuse(response, 403, 'This server answers to this computer only.')
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD')
    return refuse(response, 405, 'This server only reads.')
  }
  const path = (request.url ?? '/').split('?', 1)[0]
  if (path === '/' || path === '/index.html') return await sendPage(request, response, folder, model)
  if (model !== null && path === `/${routeOf(model)}`) return await sendModel(request, response, model)
  files(request, response, () => refuse(response, 404, 'There is no such file.'))
}

/** By the name that the browser was given, which must be this computer's, with our port. */
function isOurHost({ headers: { host }, socket }: IncomingMessage): boolean {
  return HOST_NAMES.some(name => host === `${name}:${socket.localPort}`)
}

/** Where the page finds the model: its name is kept, its folder is not told. */
const routeOf = (model: string): string => `model/${encodeURIComponent(basename(model))}`

/** The page with the model's place written into it. */
async function sendPage(
  request: IncomingMessage,
  response: ServerResponse,
  folder: string,
  model: string | null,
): Promise<void> {
  const page = await readFile(join(folder, 'index.html'), 'utf8')
  const place = model === null ? '' : routeOf(model)
  const written = page.replace('name="sluice-model" content=""', () => `name="sluice-model" content="${place}"`)
  response.setHeader('Content-Type', 'text/html; charset=utf-8')
  response.setHeader('Content-Length', Buffer.byteLength(written))
  response.end(request.method === 'HEAD' ? undefined : written)
}

async function sendModel(request: IncomingMessage, response: ServerResponse, model: string): Promise<void> {
  const found = await stat(model).catch(() => undefined)
  if (!found?.isFile()) return refuse(response, 404, 'The model file is no longer there.')
  response.setHeader('Content-Type', 'application/octet-stream')
  response.setHeader('Content-Length', found.size)
  if (request.method === 'HEAD') return void response.end()
  // A browser that has gone ends the stream; there is nobody to tell.
  await pipeline(createReadStream(model, { end: Math.max(0, found.size - 1) }), response).catch(() =>
    response.destroy(),
  )
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status
  response.setHeader('Content-Type', 'text/plain; charset=utf-8')
  response.end(`${text}\n`)
}
