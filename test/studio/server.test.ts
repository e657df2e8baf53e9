/** What the studio's server answers, and what it refuses. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type StudioServer, startStudioServer } from '../../src/server/studio-server.ts'
import { assertRefused, started, temporaryFolder } from '../cli/spawn-sluice.ts'

const folder = temporaryFolder()
const model = join(folder, 'my model.safetensors')
const page = join(folder, 'page')
let server: StudioServer

before(async () => {
  mkdirSync(page)
  writeFileSync(join(page, 'index.html'), '<meta name="sluice-model" content="" />')
  writeFileSync(join(page, 'a.js'), 'a')
  writeFileSync(model, 'weights')
  server = await startStudioServer({ folder: page, model, port: 0 })
})
after(() => server.close())

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** Node's own request, which sends a path and a Host as they are. */
async function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const asked = request({ host: '127.0.0.1', port: server.port, path, method, headers }).end()
  const [response] = await once(asked, 'response')
  let body = ''
  for await (const chunk of response) body += chunk
  return { status: response.statusCode, headers: response.headers, body }
}

test('the page knows where the model is, and is isolated', async () => {
  const { status, headers, body } = await get('/')
  assert.equal(status, 200)
  assert.equal(body, '<meta name="sluice-model" content="model/my%20model.safetensors" />')
  assert.equal(headers['cross-origin-opener-policy'], 'same-origin')
  assert.equal(headers['cross-origin-embedder-policy'], 'require-corp')
  assert.match(
    String(headers['content-security-policy']),
    /script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:/,
  )
})

test('the model is streamed, the files of the page are sent with the same headers', async () => {
  assert.equal((await get('/model/my%20model.safetensors')).body, 'weights')
  const { body, headers } = await get('/a.js')
  assert.equal(body, 'a')
  assert.equal(headers['cross-origin-embedder-policy'], 'require-corp')
  assert.match(String(headers['content-type']), /javascript/)
})

test('nothing outside the folder is sent', async () => {
  for (const path of [
    '/../my%20model.safetensors',
    '/%2e%2e/my%20model.safetensors',
    '/..%2f..%2fetc/passwd',
    '//etc/passwd',
    '/model/../../my%20model.safetensors',
    '/model/other.safetensors',
    '/%00',
    '/%',
  ]) {
    assert.equal((await get(path)).status, 404, path)
  }
})

test('a request that names another host is refused', async () => {
  const { port } = server
  for (const host of [
    `evil.example:${port}`,
    'localhost',
    `localhost:${port + 1}`,
    '127.0.0.1',
    `127.0.0.1.evil.example:${port}`,
  ]) {
    assert.equal((await get('/', { host })).status, 403, host)
  }
  for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`]) {
    assert.equal((await get('/', { host })).status, 200, host)
  }
})

test('only reading is answered', async () => {
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
    assert.equal((await get('/', {}, method)).status, 405, method)
  assert.deepEqual((await get('/', {}, 'HEAD')).body, '')
})

test('a port that is taken is named', async () => {
  await assert.rejects(startStudioServer({ folder: page, model: null, port: server.port }), {
    message: `port ${server.port}: expected a free port, got one that is taken. Choose another --port.`,
  })
})

test('sluice studio --json tells the address, and ends with 130 when it is interrupted', async () => {
  const child = started(['studio', '--json', '--no-open', '--port', '0', '--quiet'], folder)
  const [line] = await once(child.stdout, 'data')
  const { url } = JSON.parse(String(line))
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/$/)
  assert.match(await (await fetch(url)).text(), /name="sluice-model" content=""/)
  child.kill('SIGINT')
  const [code] = await once(child, 'exit')
  assert.equal(code, 130)
})

test('a model that is not there, and what is none, are refused before anything is served', () => {
  writeFileSync(join(folder, 'reviews.csv'), `review,sentiment\n${'good film,positive\n'.repeat(20)}`)
  assertRefused(
    ['studio', 'reviews.csv', '--no-open'],
    { cwd: folder },
    1,
    /reviews\.csv: model file: expected a model written by Sluice, got a file that begins with "review,sentiment/,
  )
  assertRefused(
    ['studio', 'missing.safetensors', '--no-open'],
    { cwd: folder },
    1,
    /missing\.safetensors: expected a model file/,
  )
  assertRefused(['studio', '--port', '70000'], { cwd: folder }, 2, /expected --port to be a whole number/)
})
