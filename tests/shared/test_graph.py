"""Validation, order, pruning and inlining of graphs built by hand."""

from alula.errors import ModelValidationError
from alula.graph.constant import Constant
from alula.graph.functions import inline_functions
from alula.graph.graph import Graph, LocalFunction, Model, Node, Reference, ValueInfo, function_key
from alula.graph.prepare import prepare
from alula.graph.prune import prune
from alula.graph.validate import validate
from alula.host.table import Table
from alula_checks import eq, raises


def make_node(op_type, inputs, outputs):
    return Node(op_type, '', '', inputs, outputs, Table())


def with_attributes(node, attributes):
    return Node(node.op_type, node.domain, node.name, node.inputs, node.outputs, table(attributes))


def table(pairs):
    made = Table()
    for pair in pairs:
        made.put(pair[0], pair[1])
    return made


def with_body(node, name, body):
    return with_attributes(node, [[name, body]])


def make_graph(nodes, inputs, outputs, constants):
    initializers = Table()
    for name in constants:
        initializers.put(name, Constant(name, 'float32', [1]))
    return Graph('g', nodes, values(inputs), values(outputs), initializers)


def values(names):
    return [ValueInfo(name, 'float32', None, 'tensor') for name in names]


def make_model(nodes, inputs, outputs, constants):
    return Model(make_graph(nodes, inputs, outputs, constants), table([['', 17]]), [], Table(), '', 8, [])


def ops(nodes):
    return [node.op_type for node in nodes]


def refused(nodes, inputs, outputs, constants):
    model = make_model(nodes, inputs, outputs, constants)
    return raises(ModelValidationError, lambda: validate(model)).message


def test_nodes_in_order_stay_as_they_are():
    nodes = [make_node('A', ['x'], ['a']), make_node('B', ['x', ''], ['b', '']), make_node('C', ['b', 'a', 'w'], ['y'])]
    model = make_model(nodes, ['x'], ['y'], ['w'])
    validate(model)
    eq(ops(model.graph.nodes), ['A', 'B', 'C'])


def test_nodes_out_of_order_are_sorted():
    nodes = [make_node('C', ['b', 'a'], ['y']), make_node('A', ['x'], ['a']), make_node('B', ['a'], ['b'])]
    model = make_model(nodes, ['x'], ['y'], [])
    validate(model)
    eq(ops(model.graph.nodes), ['A', 'B', 'C'])


def test_long_chains_are_sorted_without_recursion():
    count = 20000
    nodes = [
        make_node('N' + str(count - 1 - i), ['v' + str(count - 1 - i)], ['v' + str(count - i)]) for i in range(count)
    ]
    model = make_model(nodes, ['v0'], ['v' + str(count)], [])
    validate(model)
    eq([model.graph.nodes[0].op_type, model.graph.nodes[count - 1].op_type], ['N0', 'N' + str(count - 1)])


def test_order_follows_what_subgraphs_capture():
    body = make_graph([make_node('Neg', ['late'], ['r'])], [], ['r'], [])
    nodes = [with_body(make_node('If', ['c'], ['y']), 'then_branch', body), make_node('Late', ['c'], ['late'])]
    model = make_model(nodes, ['c'], ['y'], [])
    validate(model)
    eq(ops(model.graph.nodes), ['Late', 'If'])
    eq(prune(body), ['late'])


def test_cycles_are_named():
    message = refused([make_node('A', ['x', 'b'], ['a']), make_node('B', ['a'], ['b'])], ['x'], ['b'], [])
    eq(message.find('cycle') > 0, True)
    eq(message.find('A -> a') > 0 and message.find('B -> b') > 0, True)
    eq(refused([make_node('A', ['a'], ['a'])], [], ['a'], []).find('cycle') > 0, True)


def test_values_are_defined_once():
    twice = "'a' is defined twice"
    eq(refused([make_node('A', ['x'], ['a']), make_node('B', ['x'], ['a'])], ['x'], ['a'], []).find(twice) > 0, True)
    eq(refused([make_node('A', ['x'], ['a', 'a'])], ['x'], ['a'], []).find(twice) > 0, True)
    eq(refused([make_node('A', ['a'], ['a'])], ['a'], ['a'], []).find(twice) > 0, True)
    eq(refused([make_node('A', [], ['a'])], [], ['a'], ['a']).find(twice) > 0, True)
    eq(refused([], ['a', 'a'], ['a'], []).find(twice) > 0, True)
    validate(make_model([], ['a'], ['a'], ['a']))


def test_values_are_defined_somewhere():
    eq(refused([make_node('A', ['gone'], ['a'])], [], ['a'], []).find("'gone' is not defined") > 0, True)
    eq(refused([], ['x'], ['gone'], []).find("'gone' is computed by no node") > 0, True)
    body = make_graph([make_node('Neg', ['gone'], ['r'])], [], ['r'], [])
    eq(
        refused([with_body(make_node('If', ['x'], ['y']), 'then_branch', body)], ['x'], ['y'], []).find("'gone'") > 0,
        True,
    )


def test_a_subgraph_sees_outward_only():
    body = make_graph([make_node('Neg', ['x'], ['inner'])], [], ['inner'], [])
    nodes = [with_body(make_node('If', ['x'], ['y']), 'then_branch', body), make_node('Abs', ['inner'], ['z'])]
    eq(refused(nodes, ['x'], ['y', 'z'], []).find("'inner' is not defined") > 0, True)


def test_dead_nodes_and_constants_go():
    body = make_graph([make_node('Dead', ['unused'], ['d']), make_node('Neg', ['w'], ['r'])], [], ['r'], [])
    nodes = [
        make_node('Unused', ['x'], ['unused']),
        make_node('Half', ['x'], ['h', 'nobody']),
        with_body(make_node('If', ['h'], ['y']), 'then_branch', body),
    ]
    graph = make_graph(nodes, ['x'], ['y'], ['w', 'v'])
    eq(prune(graph), [])
    eq(ops(graph.nodes), ['Half', 'If'])
    eq(ops(body.nodes), ['Neg'])
    eq(graph.initializers.keys_list(), ['w'])


def make_function(name, inputs, outputs, nodes):
    return LocalFunction(name, function_key('my', name, ''), inputs, outputs, nodes, Table(), table([['', 17]]))


def call(name, inputs, outputs):
    return Node(name, 'my', '', inputs, outputs, Table())


def test_functions_are_inlined():
    scale = make_node('Mul', ['a', 'half'], ['b'])
    make_half = with_attributes(make_node('Constant', [], ['half']), [['value_float', Reference('factor')]])
    inner = make_function('scale', ['a'], ['b'], [make_half, scale])
    inner.opsets.put('', 13)
    outer_call = with_attributes(call('scale', ['p'], ['q']), [['factor', 0.5]])
    body = [outer_call, make_node('Add', ['q', 'optional'], ['s']), make_node('Abs', ['q'], ['t'])]
    outer = make_function('outer', ['p', 'optional'], ['s', 't'], body)
    model = make_model([call('outer', ['x'], ['y']), call('outer', ['y', 'w'], ['z', 'u'])], ['x'], ['z', 'u'], ['w'])
    model.functions = [inner, outer]
    prepare(model)
    nodes = model.graph.nodes
    eq(ops(nodes), ['Constant', 'Mul', 'Add', 'Constant', 'Mul', 'Add', 'Abs'])
    eq(nodes[0].attributes.at('value_float'), 0.5)
    eq([model.opset_of(nodes[0]), model.opset_of(nodes[2])], [13, 17])
    eq(nodes[1].inputs[0], 'x')
    eq([nodes[2].inputs[1], nodes[2].outputs[0], nodes[4].inputs[0]], ['', 'y', 'y'])
    eq([nodes[5].inputs[1], nodes[5].outputs[0], nodes[6].outputs[0]], ['w', 'z', 'u'])
    eq(len(model.functions), 0)


def test_inlining_reaches_and_renames_subgraphs():
    body = make_graph([call('neg', ['a'], ['n']), make_node('Add', ['n', 'k'], ['r'])], [], ['r'], ['k'])
    local = make_function('pick', ['a'], ['b'], [with_body(make_node('If', ['a'], ['b']), 'then_branch', body)])
    neg = make_function('neg', ['i'], ['o'], [make_node('Neg', ['i'], ['o'])])
    model = make_model([call('pick', ['x'], ['y']), call('pick', ['y'], ['z'])], ['x'], ['z'], [])
    model.functions = [local, neg]
    prepare(model)
    eq(ops(model.graph.nodes), ['If', 'If'])
    first = model.graph.nodes[0].subgraphs[0]
    second = model.graph.nodes[1].subgraphs[0]
    eq(ops(first.nodes), ['Neg', 'Add'])
    eq([first.nodes[0].inputs[0], second.nodes[0].inputs[0]], ['x', 'y'])
    eq(first.initializers.keys_list()[0] == second.initializers.keys_list()[0], False)
    eq(first.nodes[1].inputs[1], first.initializers.keys_list()[0])
    eq(ops(body.nodes), ['neg', 'Add'])


def test_defaults_and_absent_attributes_of_functions():
    references = [['alpha', Reference('alpha')], ['other', Reference('other')]]
    node = with_attributes(make_node('LeakyRelu', ['a'], ['b']), references)
    local = make_function('leaky', ['a'], ['b'], [node])
    local.defaults.put('alpha', 0.1)
    model = make_model([call('leaky', ['x'], ['y'])], ['x'], ['y'], [])
    model.functions = [local]
    prepare(model)
    eq(model.graph.nodes[0].attributes.keys_list(), ['alpha'])
    eq(model.graph.nodes[0].attributes.at('alpha'), 0.1)


def test_functions_that_do_not_end():
    loop = make_function('loop', ['a'], ['b'], [call('loop', ['a'], ['b'])])
    model = make_model([call('loop', ['x'], ['y'])], ['x'], ['y'], [])
    model.functions = [loop]
    eq(raises(ModelValidationError, lambda: inline_functions(model)).message.find('calls itself') > 0, True)
    chain = []
    for i in range(40):
        last = i == 39
        next_name = 'f' + str(i + 1)
        nodes = [] if last else [call(next_name, ['a'], ['b']), call(next_name, ['a'], ['c'])]
        chain.append(make_function('f' + str(i), ['a'], ['a'] if last else ['b'], nodes))
    laughs = make_model([call('f0', ['x'], ['y'])], ['x'], ['y'], [])
    laughs.functions = chain
    eq(raises(ModelValidationError, lambda: inline_functions(laughs)).message.find('after inlining') > 0, True)
