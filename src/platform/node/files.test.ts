import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { DataError } from '../../errors/errors.ts'
import { readBytes, writeFileAtomically } from './files.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-files-'))
after(() => rmSync(folder, { recursive: true, force: true }))

function fresh(name: string): string {
  const path = join(folder, name)
  mkdirSync(path)
  return path
}

const bytes = Uint8Array.of(1, 2, 3)

function isDataError(message: RegExp): (error: unknown) => boolean {
  return error => error instanceof DataError && message.test(error.message)
}

test('what was written is read again, over an old file too, and nothing else is left', async () => {
  const inside = fresh('written')
  const path = join(inside, 'model.safetensors')
  await writeFileAtomically(path, new Uint8Array(100))
  await writeFileAtomically(path, bytes)
  assert.deepEqual(await readBytes(path), bytes)
  assert.deepEqual(readdirSync(inside), ['model.safetensors'])
})

test('the permissions of an old file are kept, and a link stays a link', async () => {
  const inside = fresh('kept')
  const path = join(inside, 'model')
  writeFileSync(path, 'old')
  // A write permission for the group is what the usual umask would take away.
  chmodSync(path, 0o660)
  symlinkSync('model', join(inside, 'link'))
  await writeFileAtomically(join(inside, 'link'), bytes)
  assert.equal(statSync(path).mode & 0o777, 0o660)
  assert.ok(lstatSync(join(inside, 'link')).isSymbolicLink())
  assert.deepEqual(new Uint8Array(readFileSync(path)), bytes)
})

test('a missing file, a folder and a path through a file are explained when reading', async () => {
  const inside = fresh('reading')
  writeFileSync(join(inside, 'file'), '')
  await assert.rejects(
    readBytes(join(inside, 'none.csv')),
    isDataError(/none\.csv: expected a file that can be read, got no such file or folder \(ENOENT\)\. Check the path/),
  )
  await assert.rejects(readBytes(inside), isDataError(/got a folder \(EISDIR\)\. Give the path of a file in it\./))
  await assert.rejects(readBytes(join(inside, 'file', 'x')), isDataError(/through something that is no folder/))
})

test('a missing folder and a folder in place of the file are explained when writing; nothing is left', async () => {
  const inside = fresh('writing')
  await assert.rejects(
    writeFileAtomically(join(inside, 'none', 'model'), bytes),
    isDataError(/expected a file that can be written, got no such file or folder .* make its folder/),
  )
  mkdirSync(join(inside, 'model'))
  await assert.rejects(writeFileAtomically(join(inside, 'model'), bytes), isDataError(/got a folder \(EISDIR\)/))
  assert.deepEqual(readdirSync(inside), ['model'])
})

const isRoot = process.getuid?.() === 0
test('a folder without permission is explained, and the old file is as it was', {
  skip: isRoot ? 'root may write everywhere' : false,
}, async () => {
  const inside = fresh('forbidden')
  const path = join(inside, 'model')
  writeFileSync(path, 'old')
  chmodSync(inside, 0o555)
  await assert.rejects(writeFileAtomically(path, bytes), isDataError(/got no permission \(EACCES\)/))
  chmodSync(inside, 0o755)
  assert.equal(readFileSync(path, 'utf8'), 'old')
  assert.deepEqual(readdirSync(inside), ['model'])
})

const noFullDevice = existsSync('/dev/full') ? false : 'this system has no /dev/full'
test('a full device is explained, and a device is never replaced by a file', { skip: noFullDevice }, async () => {
  await assert.rejects(writeFileAtomically('/dev/full', bytes), isDataError(/got a disk that is full \(ENOSPC\)/))
  await writeFileAtomically('/dev/null', bytes)
  assert.ok(statSync('/dev/null').isCharacterDevice())
})

test('when flushing fails the old file is as it was and no temporary file is left', async () => {
  const inside = fresh('full')
  const path = join(inside, 'model')
  writeFileSync(path, 'old')
  const handle = await open(path)
  const prototype = Object.getPrototypeOf(handle) as { sync: () => Promise<void> }
  await handle.close()
  const { sync } = prototype
  prototype.sync = () => Promise.reject(Object.assign(new Error('no space left'), { code: 'ENOSPC' }))
  try {
    await assert.rejects(writeFileAtomically(path, bytes), isDataError(/got a disk that is full/))
  } finally {
    prototype.sync = sync
  }
  assert.equal(readFileSync(path, 'utf8'), 'old')
  assert.deepEqual(readdirSync(inside), ['model'])
})

test('killing the writing process leaves a whole file', { timeout: 60_000 }, async () => {
  const inside = fresh('killed')
  const path = join(inside, 'model')
  const program = `
    import { writeFileAtomically } from ${JSON.stringify(new URL('./files.ts', import.meta.url).href)}
    for (let value = 0; ; value = (value + 1) % 256) {
      await writeFileAtomically(${JSON.stringify(path)}, new Uint8Array(200_000).fill(value))
      if (value === 1) console.log('writing')
    }`
  for (const delay of [0, 3, 7, 12, 20]) {
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    await new Promise(resolve => setTimeout(resolve, delay))
    child.kill('SIGKILL')
    await once(child, 'exit')
    const found = readFileSync(path)
    assert.equal(found.length, 200_000)
    assert.ok(found.every(byte => byte === found[0]))
  }
})
