// Checks, in Node, what a host page may notice of transpiled code: run with the folders of two builds of hygiene.py.
// Prints one JSON line of [name, error] for each check; error is null where it holds.
import assert from 'node:assert/strict';
import {pathToFileURL} from 'node:url';

const prototypes = [Object, Array, String, Number, Boolean, Function, Symbol, Error, Promise, Uint8Array, Set, Map].map(c => c.prototype);
const describe = object => Object.fromEntries(Reflect.ownKeys(object).map(key => [String(key), Object.getOwnPropertyDescriptor(object, key)]));
const before = {prototypes: prototypes.map(describe), globals: Reflect.ownKeys(globalThis)};

Array.prototype.remove = function () {return 'the page';};
String.prototype.format = function () {return 'the page';};

const load = folder => import(pathToFileURL(`${folder}/hygiene.js`));
const [first, second] = [await load(process.argv[2]), await load(process.argv[3])];

const checks = {
    'only prefixed, non-enumerable methods are added'() {
        delete Array.prototype.remove;
        delete String.prototype.format;
        prototypes.forEach((prototype, i) => {
            const now = describe(prototype);
            for (const [name, was] of Object.entries(before.prototypes[i])) {
                assert.deepEqual(now[name], was, name);
            }
            for (const name of Object.keys(now).filter(name => !(name in before.prototypes[i]))) {
                assert.match(name, /^al_[a-z]+$/);
                assert.equal(now[name].enumerable, false, name);
            }
        });
        for (const key in ['a']) {
            assert.equal(key, '0');
        }
    },
    'no global is added'() {
        assert.deepEqual(Reflect.ownKeys(globalThis), before.globals);
    },
    "the page's own methods stay, and do not disturb ours"() {
        Array.prototype.remove = () => 'the page';
        String.prototype.format = () => 'the page';
        assert.equal([].remove(), 'the page');
        assert.deepEqual(first.use(), ["1-['A', 'B']", [1, 2, 4], '1.50']);
        delete Array.prototype.remove;
        delete String.prototype.format;
    },
    'classes are classes'() {
        const dog = new first.Dog('rex', {$kw: true, loud: true});
        assert.ok(dog instanceof first.Dog && dog instanceof first.Animal && !(new first.Animal('a') instanceof first.Dog));
        assert.throws(() => first.Dog('rex'), TypeError);
        assert.ok(new first.Dog('rex') instanceof first.Dog);
        assert.equal(dog.constructor, first.Dog);
        assert.equal(first.Dog.name, 'Dog');
        assert.equal(dog.title, 'REX');
        assert.equal(dog.loud, true);
        assert.deepEqual(dog.al_get('k'), ['rex', 'k', 'dog']);
        assert.ok(first.Dog.named('x') instanceof first.Dog);
        assert.equal(first.Dog.legs + dog.legs, 8);
    },
    'instances show their attributes and nothing else'() {
        const dog = new first.Dog('rex');
        assert.deepEqual(Object.keys(dog), ['al_name', 'loud']);
        assert.equal(JSON.stringify(dog), '{"al_name":"rex","loud":false}');
        const seen = [];
        for (const key in dog) {
            seen.push(key);
        }
        assert.deepEqual(seen, ['al_name', 'loud']);
    },
    'JavaScript extends them'() {
        class Puppy extends first.Dog {
            constructor(name) {
                super(name);
                this.young = true;
            }
            get title() {
                return super.title + '!';
            }
        }
        const puppy = new Puppy('bo');
        assert.ok(puppy instanceof Puppy && puppy instanceof first.Animal);
        assert.equal(puppy.title, 'BO!');
        assert.ok(puppy.young);
        assert.deepEqual(puppy.al_get(1), ['bo', 1, 'dog']);
    },
    async 'static async factories give promises'() {
        const made = first.Animal.fetch('async');
        assert.ok(made instanceof Promise);
        assert.ok(await made instanceof first.Animal);
    },
    'errors are Errors whose stack begins at the raise'() {
        assert.throws(first.throw_deep, error => {
            assert.ok(error instanceof Error && error instanceof first.AppError && error instanceof first.DeepError);
            assert.equal(error.name, 'DeepError');
            assert.equal(error.message, 'deep');
            assert.equal(error.node, 'n');
            assert.equal(String(error), 'DeepError: deep');
            assert.equal(Object.prototype.toString.call(error), '[object Error]');
            assert.deepEqual(Object.keys(error), ['node']);
            const lines = error.stack.split('\n');
            assert.equal(lines[0], 'DeepError: deep');
            assert.match(lines[1], /throw_deep/);
            return true;
        });
    },
    'causes are standard'() {
        assert.throws(first.throw_from, error => error.cause instanceof first.DeepError && error.message === 'outer');
    },
    'except Exception takes what JavaScript throws'() {
        assert.equal(first.catches(first.throw_deep), 'app deep');
        assert.equal(first.catches(() => null.x), "other Cannot read properties of null (reading 'x')");
        assert.equal(first.catches(() => {throw 'text';}), 'other text');
        assert.equal(first.catches(() => 1), 'nothing');
    },
    'containers go through JSON and structuredClone'() {
        const [dict, tuple, set] = first.containers();
        assert.equal(JSON.stringify([dict, tuple]), '[{"a":[1,[2,3]],"b":{"c":null}},[1,"x"]]');
        assert.deepEqual(structuredClone({...dict}), {a: [1, [2, 3]], b: {c: null}});
        assert.deepEqual(Object.keys(structuredClone(dict)), ['a', 'b']);
        assert.deepEqual(structuredClone(tuple), [1, 'x']);
        assert.deepEqual(Object.keys(tuple), ['0', '1']);
        assert.equal(structuredClone(set).size, 2);
    },
    'two copies work side by side'() {
        assert.notEqual(first.AppError, second.AppError);
        assert.deepEqual(second.use(), first.use());
        assert.equal(first.catches(second.throw_deep), 'other deep');
        assert.equal(second.catches(second.throw_deep), 'app deep');
        assert.ok(!(new first.Dog('a') instanceof second.Dog));
    },
};

for (const [name, check] of Object.entries(checks)) {
    let error = null;
    try {
        await check();
    } catch (thrown) {
        error = thrown.stack;
    }
    console.log(JSON.stringify([name, error]));
}
