// Writes a one-layer LSTM, GRU or RNN model in the ONNX file format (protocol buffers, written by hand).
import { uniform } from './measure.mjs'

const varint = n => {
  const out = []
  let v = BigInt(n)
  do {
    let b = Number(v & 127n)
    v >>= 7n
    if (v) b |= 128
    out.push(b)
  } while (v)
  return Buffer.from(out)
}
const tag = (field, wire) => varint((field << 3) | wire)
const int = (field, n) => Buffer.concat([tag(field, 0), varint(n)])
const bytes = (field, b) => {
  const body = typeof b === 'string' ? Buffer.from(b, 'utf8') : b
  return Buffer.concat([tag(field, 2), varint(body.length), body])
}
const message = (...parts) => Buffer.concat(parts)

const FLOAT = 1
function tensor(name, dims, data) {
  const raw = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  return message(...dims.map(d => int(1, d)), int(2, FLOAT), bytes(8, name), bytes(9, raw))
}
function value(name, dims) {
  const shape = message(...dims.map(d => bytes(1, int(1, d))))
  const type = bytes(1, message(int(1, FLOAT), bytes(2, shape)))
  return message(bytes(1, name), bytes(2, type))
}
const attribute = (name, i) => message(bytes(1, name), int(3, i), int(20, 2))

/** x [T,B,I], h0 (and c0) [1,B,H] -> y [T,1,B,H], hT (and cT); 'generate' also gives the last logits [1,B,V]. */
export function recurrentModel({ kind, cell, T, B, I, H, V }) {
  const gates = { lstm: 4, gru: 3, rnn: 1 }[cell]
  const op = { lstm: 'LSTM', gru: 'GRU', rnn: 'RNN' }[cell]
  const scale = 1 / Math.sqrt(H)
  const hasCell = cell === 'lstm'
  const ins = ['x', 'W', 'R', 'bias', '', 'h0', ...(hasCell ? ['c0'] : [])]
  const outs = ['y', 'hT', ...(hasCell ? ['cT'] : [])]
  const node = message(
    ...ins.map(n => bytes(1, n)),
    ...outs.map(n => bytes(2, n)),
    bytes(3, 'recurrent'),
    bytes(4, op),
    bytes(5, attribute('hidden_size', H)),
    ...(cell === 'gru' ? [bytes(5, attribute('linear_before_reset', 1))] : []),
  )
  const plain = (op, ins2, out) =>
    bytes(1, message(...ins2.map(n => bytes(1, n)), bytes(2, out), bytes(3, out), bytes(4, op)))
  const head = kind === 'generate'
  const graph = message(
    bytes(1, node),
    ...(head ? [plain('MatMul', ['hT', 'Wout'], 'product'), plain('Add', ['product', 'bout'], 'logits')] : []),
    bytes(2, 'g'),
    bytes(5, tensor('W', [1, gates * H, I], uniform(gates * H * I, 1, scale))),
    bytes(5, tensor('R', [1, gates * H, H], uniform(gates * H * H, 2, scale))),
    bytes(5, tensor('bias', [1, 2 * gates * H], uniform(2 * gates * H, 3, scale))),
    ...(head
      ? [
          bytes(5, tensor('Wout', [H, V], uniform(H * V, 4, scale))),
          bytes(5, tensor('bout', [V], uniform(V, 5, scale))),
        ]
      : []),
    bytes(11, value('x', [T, B, I])),
    bytes(11, value('h0', [1, B, H])),
    ...(hasCell ? [bytes(11, value('c0', [1, B, H]))] : []),
    bytes(12, value('y', [T, 1, B, H])),
    bytes(12, value('hT', [1, B, H])),
    ...(hasCell ? [bytes(12, value('cT', [1, B, H]))] : []),
    ...(head ? [bytes(12, value('logits', [1, B, V]))] : []),
  )
  return message(int(1, 8), bytes(2, 'peers'), bytes(7, graph), bytes(8, message(bytes(1, ''), int(2, 14))))
}
