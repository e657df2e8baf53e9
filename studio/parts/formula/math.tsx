/** A formula as MathML elements. */
import { h, type VNode } from 'preact'
import { type MathNode, mathmlText } from '../../../src/formula/mathml.ts'
import './formula.css'

const elementOf = ({ tag, attributes, content }: MathNode): VNode =>
  h(tag, (attributes ?? null) as null, ...(typeof content === 'string' ? [content] : content.map(elementOf)))

/** @param label  How it is read aloud where MathML is not; left out, it is read as it stands. */
export function Formula({ node, block = false }: { node: MathNode; block?: boolean }) {
  // One formula of another form is another element: MathML's parts are not patched into one another.
  return h('math', { key: mathmlText(node).length, display: block ? 'block' : 'inline' } as never, elementOf(node))
}

/** One after the other, broken between them where there is no room. */
export const Formulas = ({ nodes }: { nodes: readonly MathNode[] }) => (
  <>
    {nodes.map((node, k) => (
      <>
        {k > 0 && ' '}
        <Formula key={k} node={node} />
      </>
    ))}
  </>
)
