#!/usr/bin/env node
import { fileURLToPath } from 'node:url'
// TensorFlow.js: the plain JavaScript backend (--backend cpu) and the WebAssembly SIMD backend (--backend wasm).
// Threads in the wasm backend are switched off in Node by the package itself; --force-threads 1 asks for them anyway.
import * as m from './lib/measure.mjs'

const opt = m.options({ backend: 'wasm', 'force-threads': 0, form: '' })
const script = fileURLToPath(import.meta.url)

async function load() {
  const tf = await m.importPeer('@tensorflow/tfjs')
  if (opt.backend === 'wasm') {
    const wasm = await m.importPeer('@tensorflow/tfjs-backend-wasm')
    wasm.setWasmPaths(`${m.peerPath('@tensorflow/tfjs-backend-wasm', 'dist')}/`)
    if (Number(opt['force-threads'])) tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', true)
    if (opt.threads > 1) wasm.setThreadsCount(opt.threads)
  }
  if (!(await tf.setBackend(opt.backend))) throw new Error(`backend ${opt.backend} could not start`)
  await tf.ready()
  return tf
}

/** Settles the work that was asked for: reads one number back from each result. */
const settle = list => {
  for (const t of list) t.dataSync()
}

function layer(tf, cell, units, returnSequences, extra = {}) {
  const make = { lstm: tf.layers.lstm, gru: tf.layers.gru, rnn: tf.layers.simpleRNN }[cell]
  const args = {
    units,
    returnSequences,
    kernelInitializer: 'glorotUniform',
    recurrentInitializer: 'glorotUniform',
    ...extra,
  }
  if (cell !== 'rnn') args.recurrentActivation = 'sigmoid'
  if (cell === 'gru') args.resetAfter = false // the only form that this package has
  return make(args)
}

function build(tf, w, phase) {
  if (w.kind === 'layer') {
    const net = layer(tf, w.cell, w.H, true)
    const x = tf.variable(tf.randomNormal([w.B, w.T, w.I]))
    const dy = tf.randomNormal([w.B, w.T, w.H])
    tf.tidy(() => {
      net.apply(tf.zeros([1, 1, w.I]))
    }) // makes the weights
    if (phase === 'infer')
      return {
        inner: 1,
        step: () => {
          const y = tf.tidy(() => net.apply(x))
          settle([y])
          y.dispose()
        },
      }
    return {
      inner: 1,
      step: () => {
        const { value, grads } = tf.tidy(() => tf.variableGrads(() => tf.sum(tf.mul(net.apply(x), dy))))
        const all = Object.values(grads)
        if (all.some(g => g == null)) throw new Error('a gradient is missing')
        settle(all)
        tf.dispose([value, ...all])
      },
    }
  }
  if (w.kind === 'stream') {
    const n = 100
    const net = tf.layers.lstmCell({
      units: w.H,
      recurrentActivation: 'sigmoid',
      kernelInitializer: 'glorotUniform',
      recurrentInitializer: 'glorotUniform',
    })
    net.build([w.B, w.I])
    const xs = Array.from({ length: 16 }, () => tf.randomNormal([w.B, w.I]))
    let h = tf.zeros([w.B, w.H])
    let c = tf.zeros([w.B, w.H])
    return {
      inner: n,
      step: () => {
        for (let i = 0; i < n; i++) {
          const [, h2, c2] = tf.tidy(() => net.call([xs[i & 15], h, c], {}))
          tf.dispose([h, c])
          h = h2
          c = c2
        }
        settle([h])
      },
    }
  }

  if (w.kind === 'generate') {
    // one token at a time: one-hot row -> cell with carried state -> logits -> draw the next token
    const n = 100
    const cell = tf.layers.lstmCell({
      units: w.H,
      recurrentActivation: 'sigmoid',
      kernelInitializer: 'glorotUniform',
      recurrentInitializer: 'glorotUniform',
    })
    cell.build([1, w.I])
    const out = tf.layers.dense({ units: w.V })
    out.build([1, w.H])
    const eye = tf.eye(w.V)
    const rows = tf.split(eye, w.V) // a one-hot row for each token, made once
    const draw = m.lcg(3)
    let h = tf.zeros([1, w.H])
    let c = tf.zeros([1, w.H])
    let id = 0
    return {
      inner: n,
      step: () => {
        for (let i = 0; i < n; i++) {
          const [logits, h2, c2] = tf.tidy(() => {
            const [, hn, cn] = cell.call([rows[id], h, c], {})
            return [out.apply(hn), hn, cn]
          })
          id = m.sample(logits.dataSync(), draw.next().value)
          tf.dispose([logits, h, c])
          h = h2
          c = c2
        }
      },
    }
  }

  // Models: built as a user of tf.layers would, trained with an explicit loss so that clipping can be added.
  const lm = w.kind === 'lm'
  const lengths = lm ? null : m.lengthsOf(w)
  const T = lm ? w.T : Math.max(...lengths)
  const onehot = w.input === 'onehot'
  const parts = []
  // --form product: the wasm backend lacks the kernel for the gradient of indexing (UnsortedSegmentSum), so the
  // embedding becomes one-hot rows times a table, and the last state a masked sum.
  const product = opt.form === 'product'
  const table = product ? tf.variable(tf.randomUniform([w.V, w.I], -0.05, 0.05)) : null
  if (!onehot && !product) parts.push(tf.layers.embedding({ inputDim: w.V, outputDim: w.I }))
  for (let l = 0; l < w.L; l++) parts.push(layer(tf, 'lstm', w.H, true))
  parts.push(tf.layers.dense({ units: lm ? w.V : w.classes }))
  tf.tidy(() => {
    // makes the weights
    let x = onehot ? tf.zeros([1, 1, w.V]) : product ? tf.zeros([1, 1, w.I]) : tf.zeros([1, 1], 'int32')
    for (const p of parts.slice(0, -1)) x = p.apply(x)
    parts.at(-1).apply(lm ? x : x.reshape([1, w.H]))
  })
  const optimizer = w.optimizer === 'sgd' ? tf.train.sgd(w.lr) : tf.train.adam(w.lr)
  const ids = Array.from({ length: 4 }, (_, k) => tf.tensor2d(m.ints(w.B * T, k + 1, w.V), [w.B, T], 'int32'))
  const nextIds = Array.from({ length: 4 }, (_, k) =>
    tf.tensor1d(
      m.ints(w.B * T, k + 1, w.V).map((_, i, a) => a[(i + 1) % a.length]),
      'int32',
    ),
  )
  const gold = tf.tensor1d(m.ints(w.B, 9, w.classes ?? 2), 'int32')
  const pick = lm
    ? null
    : tf.tensor1d(
        lengths.map((n, b) => b * T + n - 1),
        'int32',
      )
  const maskData = new Float32Array(w.B * T)
  if (!lm)
    lengths.forEach((n, b) => {
      maskData[b * T + n - 1] = 1
    })
  const mask = tf.tensor3d(maskData, [w.B, T, 1])
  let turn = 0
  const loss = k => {
    let x = onehot ? tf.oneHot(ids[k], w.V).toFloat() : ids[k]
    if (product) x = tf.matMul(tf.oneHot(ids[k].reshape([w.B * T]), w.V).toFloat(), table).reshape([w.B, T, w.I])
    for (const p of parts.slice(0, -1)) x = p.apply(x)
    if (lm) {
      const logits = parts
        .at(-1)
        .apply(x)
        .reshape([w.B * T, w.V])
      return tf.losses.softmaxCrossEntropy(tf.oneHot(nextIds[k], w.V).toFloat(), logits)
    }
    const last = product ? tf.sum(tf.mul(x, mask), 1) : tf.gather(x.reshape([w.B * T, w.H]), pick)
    return tf.losses.softmaxCrossEntropy(tf.oneHot(gold, w.classes).toFloat(), parts.at(-1).apply(last))
  }
  return {
    inner: 1,
    sentences: lm ? 0 : w.B,
    step: () => {
      const k = turn++ & 3
      const value = tf.tidy(() => {
        const out = tf.variableGrads(() => loss(k))
        let { grads } = out
        if (w.clip) {
          const norm = tf.sqrt(tf.addN(Object.values(grads).map(g => tf.sum(tf.square(g)))))
          const scale = tf.minimum(tf.div(w.clip, tf.add(norm, 1e-6)), 1)
          grads = Object.fromEntries(Object.entries(grads).map(([n, g]) => [n, tf.mul(g, scale)]))
        }
        optimizer.applyGradients(grads)
        return out.value
      })
      settle([value])
      value.dispose()
    },
  }
}

async function child() {
  const w = m.workloads[opt.workload]
  const tf = await load()
  const { step, inner, sentences } = build(tf, w, opt.phase)
  const fields = {
    peer: 'tfjs',
    version: tf.version.tfjs ?? m.peerVersion('@tensorflow/tfjs'),
    backend: opt.backend,
    threads: opt.threads,
    workload: opt.workload,
    phase: opt.phase,
  }
  if (opt.form) fields.form = opt.form
  m.emit(await m.measure(fields, step, { ...m.workOf(w, opt.phase), inner, sentences }))
  process.exit(0)
}

if (opt.child) {
  await child()
} else {
  let version
  try {
    version = m.peerVersion('@tensorflow/tfjs')
    if (opt.backend === 'wasm') m.peerVersion('@tensorflow/tfjs-backend-wasm')
  } catch (e) {
    m.emit({ peer: 'tfjs', backend: opt.backend, skipped: String(e.message).slice(0, 200) })
    process.exit(0)
  }
  let speed = 0 // the fastest so far; tells what cannot end in time
  for (const [name, phase, w] of m.pairs(opt)) {
    const forms = opt.backend === 'wasm' && w.input === 'embedding' ? ['', 'product'] : ['']
    for (const form of opt.form ? [opt.form] : forms) {
      const label = { peer: 'tfjs', version, backend: opt.backend, threads: opt.threads, workload: name, phase }
      if (form) label.form = form
      if (m.done(label)) continue
      const limit = Number(process.env.PEERS_TIMEOUT_S ?? 150)
      const need = speed ? m.workOf(w, phase).flops / 1e9 / speed : 0
      if (need > limit * 1.2) {
        m.emit({ ...label, error: `not run: at ${speed} GFLOP/s one step would take about ${Math.round(need)} s` })
        continue
      }
      const args = [
        '--backend',
        opt.backend,
        '--threads',
        String(opt.threads),
        '--force-threads',
        String(opt['force-threads']),
        '--workload',
        name,
        '--phase',
        phase,
      ]
      if (form) args.push('--form', form)
      const row = m.spawn(script, args, label)
      speed = Math.max(speed, row.gflops ?? 0)
      m.emit(row)
    }
  }
}
