#!/usr/bin/env node
import { fileURLToPath } from 'node:url'
// ONNX Runtime, inference only: native code (onnxruntime-node), or with --package onnxruntime-web WebAssembly SIMD,
// whose threads work in Node too.
import * as m from './lib/measure.mjs'
import { recurrentModel } from './lib/onnx-model.mjs'

const opt = m.options({ package: 'onnxruntime-node' })
const pkg = opt.package
const backend = pkg === 'onnxruntime-node' ? 'native-cpu' : 'wasm-simd'
const script = fileURLToPath(import.meta.url)

async function child() {
  const ort = await m.importPeer(pkg)
  if (backend === 'wasm-simd') ort.env.wasm.numThreads = opt.threads
  const w = m.workloads[opt.workload]
  const session = await ort.InferenceSession.create(recurrentModel(w), {
    intraOpNumThreads: opt.threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
  })
  const of = (n, seed, dims) => new ort.Tensor('float32', m.uniform(n, seed), dims)
  const lstm = w.cell === 'lstm'
  const feeds = {
    x: of(w.T * w.B * w.I, 5, [w.T, w.B, w.I]),
    h0: new ort.Tensor('float32', new Float32Array(w.B * w.H), [1, w.B, w.H]),
  }
  if (lstm) feeds.c0 = new ort.Tensor('float32', new Float32Array(w.B * w.H), [1, w.B, w.H])
  let step = async () => {
    await session.run(feeds)
  }
  let inner = 1
  if (w.kind === 'stream') {
    inner = 200
    const want = ['hT', 'cT']
    step = async () => {
      for (let i = 0; i < inner; i++) {
        const out = await session.run(feeds, want)
        feeds.h0 = out.hT
        feeds.c0 = out.cT
      }
    }
  }
  if (w.kind === 'generate') {
    inner = 200
    const row = feeds.x.data
    const draw = m.lcg(3)
    const want = ['logits', 'hT', 'cT']
    let id = 0
    step = async () => {
      for (let i = 0; i < inner; i++) {
        row.fill(0)
        row[id] = 1
        const out = await session.run(feeds, want)
        feeds.h0 = out.hT
        feeds.c0 = out.cT
        id = m.sample(out.logits.data, draw.next().value)
      }
    }
  }
  const fields = {
    peer: pkg,
    version: m.peerVersion(pkg),
    backend,
    threads: opt.threads,
    workload: opt.workload,
    phase: opt.phase,
  }
  m.emit(await m.measure(fields, step, { ...m.workOf(w, opt.phase), inner }))
  process.exit(0)
}

if (opt.child) {
  await child()
} else {
  let version
  try {
    version = m.peerVersion(pkg)
    await m.importPeer(pkg)
  } catch (e) {
    m.emit({ peer: pkg, skipped: String(e.message).slice(0, 200) })
    process.exit(0)
  }
  for (const [name, phase, w] of m.pairs(opt)) {
    const label = { peer: pkg, version, backend, threads: opt.threads, workload: name, phase }
    if (m.done(label)) continue
    if (phase === 'train') {
      if (opt.workload !== 'all' || w.kind === 'layer')
        m.emit({ ...label, error: 'cannot train: the package has inference sessions only' })
      continue
    }
    m.emit(
      m.spawn(
        script,
        ['--package', pkg, '--threads', String(opt.threads), '--workload', name, '--phase', phase],
        label,
      ),
    )
  }
}
