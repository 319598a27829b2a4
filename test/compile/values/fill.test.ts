import { describe, expect, test } from 'vitest'
import { type Node, place } from '../../../src/compile/read/located.ts'
import { problems } from '../../../src/compile/report.ts'
import { fill } from '../../../src/compile/values/fill.ts'
import { pipelineScope } from '../../../src/compile/values/pipeline-scope.ts'
import { withNames } from '../../../src/compile/values/scope.ts'
import { regex } from '../support.ts'
import {
  complaint,
  facts,
  filled,
  nodeOf,
  nodesOf,
  parameters,
  pipeline,
  plain,
  sound,
} from './support.ts'

const scope = parameters(
  '{n: 3, yes: yes, text: "a <<b>> c", list: [1, 2], map: {name: x}, float: 3.10, nothing: ~, hex: 0x1F}',
  pipeline('{deploy: false, "url:with:colons": there}'),
)
const value = (yaml: string) => sound(filled(yaml, scope))
const problem = (yaml: string) => complaint(filled(yaml, scope))

describe('a text that is nothing but a tag', () => {
  test.each([
    ['<< parameters.n >>', 3],
    ['<<parameters.n>>', 3],
    ['"  <<  parameters.n  >> "', 3],
    ['|\n  << parameters.n >>\n', 3],
    ['<< parameters.yes >>', true],
    ['<< parameters.text >>', 'a <<b>> c'],
    ['<< parameters.list >>', [1, 2]],
    ['<< parameters.map >>', { name: 'x' }],
    ['<< parameters.nothing >>', null],
    ['<< pipeline.number >>', 7],
    ['<< pipeline.parameters.deploy >>', false],
    ['<< pipeline.git.branch == "main" and 10 or 1 >>', 10],
    ['<< pipeline.git.branch == "other" and 10 or 1 >>', 1],
    ['<< "x" >>', 'x'],
    ['|\n  << "main" ==\n  pipeline.git.branch >>', true],
    ['|\n  << not\n  parameters.yes >>', false],
    ['|\n  <<parameters.n\n  == 3\n  >>', true],
  ])('%s keeps the type of its value', (yaml, expected) => {
    expect(value(yaml)).toEqual(expected)
  })

  test('the value is known to come from a tag, and stays where it was written', () => {
    const { node } = filled('<< parameters.yes >>', scope)
    const written = nodesOf('{n: 3, yes: yes}').get('yes')
    expect(node).toEqual({ ...written, substituted: true })
  })
  test('a list stays the same list', () => {
    const list = nodeOf('[a, b]')
    const base = withNames(pipeline(), 'parameters', new Map([['list', list]]), 'the job j')
    expect(filled('<< parameters.list >>', base).node).toBe(list)
  })
  test('what is written nowhere stands where its tag is', () => {
    expect(filled('<< pipeline.number >>').node.span).toEqual({ start: 0, end: 21 })
    expect(filled('<< 1 == 1 >>').node.span).toEqual({ start: 0, end: 12 })
    expect(filled('<< pipeline.number >>').node).toMatchObject({ substituted: true })
  })
})

describe('a tag inside other text', () => {
  test.each([
    ['is << parameters.yes >>', 'is true'],
    ['n=<< parameters.n >>;', 'n=3;'],
    ['<< parameters.n >><< parameters.n >>', '33'],
    ['image:<< parameters.float >>', 'image:3.10'],
    ['<< parameters.hex >>.', '31.'],
    ['[<< parameters.nothing >>]'.replace('[', '(').replace(']', ')'), '()'],
    ['on << pipeline.git.branch >>', 'on main'],
    [`'echo "<< pipeline.git.tag or "no tag" >>"'`, 'echo "no tag"'],
    ['x-<< pipeline.parameters.url:with:colons >>', 'x-there'],
    ['|\n  a\n  << parameters.text >>\n', 'a\na <<b>> c\n'],
  ])('%s is written into it', (yaml, expected) => {
    expect(value(yaml)).toBe(expected)
  })

  test('the result is one text, where the whole stands', () => {
    const { node } = filled('n=<< parameters.n >>', scope)
    expect(node).toEqual({
      kind: 'scalar',
      type: 'string',
      text: 'n=3',
      span: { start: 0, end: 20 },
      templated: false,
    })
  })
  test.each(['list', 'map'])('a %s cannot stand there', (kind) => {
    expect(problem(`x << parameters.${kind} >>`)).toContain(`is a ${kind}: it cannot stand inside`)
  })
})

describe('`<<` that is no template', () => {
  test.each([
    ['cat \\<<EOF', 'cat <<EOF'],
    ['cat \\<<< "$x"', 'cat <<< "$x"'],
    ['\\<< parameters.n >>', '<< parameters.n >>'],
    ['\\<< a >> << parameters.n >>', '<< a >> 3'],
    ['echo a >> f', 'echo a >> f'],
    ['echo >> f << parameters.n >> >> g', 'echo >> f 3 >> g'],
  ])('%s is text', (yaml, expected) => {
    expect(value(yaml)).toBe(expected)
  })

  test.each([
    ['cat <<EOF', 4, 9],
    ['read x <<< "$y"', 7, 15],
    ['|\n  echo\n    cat <<EOF\n', 17, 22],
    ['"echo <<x"', 6, 9],
  ])('%s has no end, and the place is shown', (yaml, start, end) => {
    const source = pipelineScope(facts(), new Map(), { regex, withParameters: true, source: yaml })
    const { problems: found, value: none } = filled(yaml, source)
    expect(found).toMatchObject([{ code: 'unclosed-template', at: { span: { start, end } } }])
    expect(found[0]?.hint).toMatch(/here-document.*\\<</)
    expect(none).toBeUndefined()
  })
  test('where the source is hidden by escapes the line is named', () => {
    expect(problem('"a\\tb\\ncat <<EOF\\nc"')).toContain('(line 2 of this text)')
  })

  test.each([
    ['|\n  cat <<EOF > f\n  a\n  EOF\n  echo b >> f\n'],
    ['|\n  cat <<-EOF\n  << parameters.n >>\n  EOF\n'],
    ["|\n  cat <<'EOF'\n  a\n  EOF\n  echo b >> f\n"],
    ['|\n  read x <<< "$y"\n  echo >> f\n'],
    ['cat <<EOF>> f'],
  ])('%j swallows what follows: an error that says so', (yaml) => {
    const { problems: found } = filled(yaml, scope)
    expect(found).toMatchObject([{ code: 'bad-template' }])
    expect(found[0]?.hint).toMatch(/here-document.*\\<</)
  })
  test('arithmetic of the shell is told from an expression', () => {
    expect(filled('echo $((1<<3)) >> x', scope).problems[0]?.hint).toContain('\\<<')
  })

  test('scripts of packed orbs are shell scripts first', () => {
    const span = { start: 0, end: 9, origin: { name: 'o/o@1.0.0', text: 'a packed orb' } }
    const of = (text: string): Node => ({ ...nodeOf('a'), text, span, templated: true }) as Node
    const found = problems()
    const at = place(span, '')
    const texts = ['read <<< "$x"', 'cat <<EOF\nEOF\necho >> f', 'x << parameters.n >> <<< $y']
    const values = texts.map((text) => plain(fill(of(text), at, scope, found.report)))
    expect(values).toEqual(['read <<< "$x"', 'cat <<EOF\nEOF\necho >> f', 'x 3 <<< $y'])
    expect(found.list()).toEqual([])
  })
})

describe('sections', () => {
  test.each([
    ['<<# parameters.yes >>A<</ parameters.yes >>', 'A'],
    ['<<#parameters.yes>>A<</parameters.yes>>', 'A'],
    ['<<^ parameters.yes >>B<</ parameters.yes >>', ''],
    ['x<<^ parameters.nothing >>B<</ parameters.nothing >>', 'xB'],
    ['<<# parameters.n >>n is << parameters.n >><</ parameters.n >>!', 'n is 3!'],
    [
      '<<# parameters.n >>a<<# parameters.nothing >>b<</ parameters.nothing >>c<</ parameters.n >>',
      'ac',
    ],
    ['k-<<# pipeline.git.tag >>t<</ pipeline.git.tag >>', 'k-'],
  ])('%s', (yaml, expected) => {
    expect(value(yaml)).toBe(expected)
  })
  test('a value that this event does not have is false', () => {
    const name = 'pipeline.event.github.pull_request.number'
    expect(value(`a<<# ${name} >>b<</ ${name} >>`)).toBe('a')
  })
  test('what is left out is not asked for', () => {
    const name = 'pipeline.event.github.pull_request.number'
    expect(value(`a<<# parameters.nothing >><< ${name} >><</ parameters.nothing >>`)).toBe('a')
  })
  test.each([
    ['<<# parameters.yes >>A', 'the section "<<#parameters.yes>>" is not closed'],
    ['<<# parameters.yes >>A<</ parameters.n >>', 'must be closed first'],
    ['A<</ parameters.n >>', 'closes a section that was not opened'],
    ['<<# a >>'.repeat(101), 'nested more than 100 deep'],
  ])('%s is an error', (yaml, message) => {
    expect(problem(yaml)).toContain(message)
    expect(problem(yaml)).toMatch(/^bad-section: /)
  })
})

describe('names', () => {
  test.each([
    ['parameters.m', /^undeclared-argument: .*declared parameters: parameters\.m$/],
    ['matrix.os', /^undeclared-argument: .*declared parameters: matrix\.os$/],
    ['pipeline.parameters.none', /^undeclared-argument: /],
    ['pipeline.parameters.none:x', /^undeclared-argument: .*none:x$/],
    ['pipeline.git.brunch', /^unknown-value: unknown variable\(s\): pipeline\.git\.brunch$/],
    ['image', /^unknown-value: unknown variable\(s\): image$/],
    ['CIRCLE_BRANCH', /^environment-in-expression: .*environment variable/],
    ['env.HOME', /^environment-in-expression: /],
    ['', /^bad-expression: expected expression/],
  ])('%s that nothing has', (name, message) => {
    expect(problem(`a << ${name} >>`)).toMatch(message)
    expect(problem(`<< ${name} >>`)).toMatch(message)
  })
  test('the tag is shown, in its place in the document', () => {
    const { problems: found } = filled('a: [b, {"c.d e": x << parameters.m >>}]', scope)
    expect(found[0]?.at).toEqual({ span: { start: 22, end: 34 }, path: 'a[1].c.d e' })
  })
  test.each([
    ['parameters.tex', 'Did you mean parameters.text?'],
    ['parameter.text', 'Did you mean parameters.text?'],
    ['text', 'Did you mean parameters.text?'],
    ['parameters.quite-another', 'In the job build: parameters.n, parameters.yes'],
  ])('%s: what was meant', (name, hint) => {
    expect(filled(`<< ${name} >>`, scope).problems[0]?.hint).toContain(hint)
  })
  test('templates cannot be nested', () => {
    expect(problem('<< pipeline.<< parameters.n >> >>')).toMatch(/^nested-template: /)
    expect(problem('<< a.<< b >> >>')).toMatch(/^nested-template: /)
  })
  test('the names of a caller are not those of the called', () => {
    const inner = withNames(scope, 'parameters', new Map(), 'the command c')
    const { problems: found } = filled('<< parameters.n >>', inner)
    expect(found).toMatchObject([
      { code: 'undeclared-argument', hint: 'Nothing is declared in the command c.' },
    ])
    expect([...inner.names()].filter((name) => name.startsWith('parameters.'))).toEqual([])
  })
})

describe('lists and maps', () => {
  test('are filled through and through, keys as well', () => {
    const yaml = '{a: [x, << parameters.n >>], "k<< parameters.n >>": {<< parameters.n >>: v}}'
    expect(value(yaml)).toEqual({ a: ['x', 3], k3: { 3: 'v' } })
  })
  test('what holds no template is the very same node', () => {
    const node = nodeOf('{a: {b: c}, d: << parameters.n >>}')
    const result = fill(node, place(node.span, ''), scope, problems().report)
    const entry = (of: Node) => (of.kind === 'map' ? of.entries.get('a')?.node : null)
    expect(entry(result)).toBe(entry(node))
    const bare = nodeOf('{a: [b, "c >> d"]}')
    expect(fill(bare, place(bare.span, ''), scope, problems().report)).toBe(bare)
  })
  test('an anchored value is filled once and stays shared', () => {
    const { node } = filled('a: &x [<< parameters.n >>]\nb: *x', scope)
    const [a, b] = node.kind === 'map' ? [...node.entries.values()] : []
    expect(a?.node).toBe(b?.node)
    expect(plain(node)).toEqual({ a: [3], b: [3] })
  })
  test('two keys that become one are an error', () => {
    expect(problem('{k3: a, "k<< parameters.n >>": b}')).toMatch(/^duplicate-key: .*"k3"/)
    expect(problem('{"k<< parameters.n >>": b, k3: a}')).toMatch(/^duplicate-key: .*"k3"/)
  })
  test('a key cannot be a list', () => {
    expect(problem('{<< parameters.list >>: b}')).toMatch(/^wrong-type: /)
  })
  test('nothing is templated any more', () => {
    const { node } = filled('{a: ["\\\\<< b", << parameters.text >>]}', scope)
    const templated = (of: Node): boolean =>
      of.templated ||
      (of.kind === 'list' && of.items.some(templated)) ||
      (of.kind === 'map' && [...of.entries.values()].some((entry) => templated(entry.node)))
    expect(templated(node)).toBe(false)
  })
})

describe('what cannot be told', () => {
  const unknown = parameters(
    '{n: 3}',
    pipelineScope(facts(), new Map([['p', 'unknown']]), {
      regex,
      withParameters: true,
    }),
  )
  test.each([
    '<< pipeline.parameters.p >>',
    'a << pipeline.parameters.p >> b',
    '<<# pipeline.parameters.p >>a<</ pipeline.parameters.p >>',
    '{"k << pipeline.parameters.p >>": v}',
  ])('%s is unknown as a whole, and nothing is said', (yaml) => {
    expect(sound(filled(yaml, unknown))).toBeUndefined()
  })
  test('only the value itself is unknown, not what is around it', () => {
    const yaml =
      '{a: << pipeline.parameters.p >>, b: [<< parameters.n >>, x << pipeline.parameters.p >>]}'
    expect(sound(filled(yaml, unknown))).toEqual({ a: undefined, b: [3, undefined] })
  })
  test('other mistakes in the same text are found', () => {
    expect(complaint(filled('<< pipeline.parameters.p >> << parameters.m >>', unknown))).toMatch(
      /^undeclared-argument: /,
    )
    const inside = '<<# pipeline.parameters.p >><< parameters.m >><</ pipeline.parameters.p >>'
    expect(complaint(filled(inside, unknown))).toMatch(/^undeclared-argument: /)
  })
  test('but not what may be guarded', () => {
    const name = 'pipeline.event.github.pull_request.number'
    const guarded = `<<# pipeline.parameters.p >><< ${name} >><</ pipeline.parameters.p >>`
    expect(sound(filled(guarded, unknown))).toBeUndefined()
  })
})

describe('texts that grow', () => {
  /** A text of `<< x >>` four times, `levels` times over, each filling the one before. */
  function grown(levels: number, budget?: { left: number }) {
    const found = problems()
    let node: Node = nodeOf('abcdefghijklmnop')
    const four = nodeOf('<< parameters.x >>'.repeat(4))
    for (let level = 0; level < levels; level += 1) {
      const base = { ...pipeline(), budget }
      const here = withNames(base, 'parameters', new Map([['x', node]]), 'the command c')
      node = fill(four, place(four.span, ''), here, found.report)
    }
    return { node, problems: found.list() }
  }
  test('one text has a megabyte at most', () => {
    expect(grown(8)).toMatchObject({ node: { kind: 'scalar' }, problems: [] })
    const { node, problems: found } = grown(30)
    expect(node.kind).toBe('unknown')
    expect(found).toMatchObject([{ code: 'too-large-text' }])
  })
  test('all texts together have what the budget gives, and that is said once', () => {
    const budget = { left: 1000 }
    const { node, problems: found } = grown(30, budget)
    expect(node.kind).toBe('unknown')
    expect(found).toMatchObject([{ code: 'too-large-text' }])
    const more = problems()
    const text = nodeOf('a << pipeline.number >>')
    const scopeWithout = { ...pipeline(), budget }
    expect(fill(text, place(text.span, ''), scopeWithout, more.report).kind).toBe('unknown')
    expect(more.list()).toEqual([])
  })
  test('a text of megabytes with one tag in it is no problem', () => {
    const text = 'x'.repeat(2 * 1024 * 1024)
    expect(value(`"${text}<< parameters.n >>"`)).toBe(`${text}3`)
  })
  test('megabytes of mistakes are a few complaints', () => {
    const { problems: found } = filled(`"${'<< nothing >>\\n'.repeat(50_000)}"`, scope)
    expect(found.length).toBeLessThanOrEqual(20)
    expect(found.length).toBeGreaterThan(0)
  })
})
