// Iterators and the functions over them. A Python iterator class has __next__, a JavaScript one next(); both serve.

// next() of a class with __next__: only StopIteration ends it, other errors pass.
export const $advance = iterator => {
    try {
        return {value: iterator.__next__(), done: false};
    } catch (error) {
        if (error instanceof StopIteration) {
            return {value: undefined, done: true};
        }
        throw error;
    }
};

export function al_iter(iterable) {
    if (typeof iterable?.[Symbol.iterator] === 'function') {
        return iterable[Symbol.iterator]();
    }
    MISUSE: if (typeof iterable?.next !== 'function') {
        throw new al_TypeError(`'${$type_name(iterable)}' object is not iterable`);
    }
    return iterable;
}

export function al_next(iterator, otherwise) {
    const step = iterator.next();
    if (!step.done) {
        return step.value;
    }
    if (arguments.length < 2) {
        throw new StopIteration();
    }
    return otherwise;
}

export function range(start, stop, step) {
    if (stop === undefined) {
        [start, stop] = [0, start];
    }
    step = step === undefined ? 1 : $step(step);
    const items = [];
    for (let i = start; step > 0 ? i < stop : i > stop; i += step) {
        items.push(i);
    }
    return items;
}

// The step of a range: never 0.
export function $step(step) {
    MISUSE: if (step === 0) {
        throw new ValueError('range() arg 3 must not be zero');
    }
    return step;
}

// A list comprehension: what `change` makes of the items that pass `test`. `map` is there before V8 has compiled
// anything, and makes no object per item, as an iterator does.
export function $each(items, change, test) {
    if (test === undefined && Array.isArray(items)) {
        const made = items.map(change);
        MISUSE: if (items.length !== made.length) {
            throw new SubsetError('a list that changes while a comprehension walks it: JavaScript sees it as it was');
        }
        return made;
    }
    const made = [];
    const take = (item, index) => {
        if (test === undefined || test(item, index)) {
            made.push(change(item, index));
        }
    };
    if (Array.isArray(items)) {
        items.forEach(take);
        return made;
    }
    let index = 0;
    for (const item of items) {
        take(item, index++);
    }
    return made;
}

// A list comprehension over range(count).
export function $times(count, change) {
    const made = [];
    for (let i = 0; i < count; i++) {
        made.push(change(i));
    }
    return made;
}

export function zip(...iterables) {
    const rows = [];
    if (iterables.length > 0 && iterables.every(Array.isArray)) {
        const length = Math.min(...iterables.map(items => items.length));
        for (let i = 0; i < length; i++) {
            rows.push(iterables.map(items => items[i]));
        }
        return rows;
    }
    const iterators = iterables.map(al_iter);
    while (iterators.length > 0) {
        const row = [];
        for (const iterator of iterators) {
            const step = iterator.next();
            if (step.done) {
                return rows;
            }
            row.push(step.value);
        }
        rows.push(row);
    }
    return rows;
}

export function* al_enumerate(iterable, start = 0) {
    let index = typeof start === 'number' ? start : start.start;
    for (const item of iterable) {
        yield [index++, item];
    }
}

export function map(change, ...iterables) {
    return iterables.length === 1 ? Array.from(iterables[0], item => change(item))
        : zip(...iterables).map(row => change(...row));
}

export function filter(test, iterable) {
    return Array.from(iterable).filter(item => bool(test === null ? item : test(item)));
}

export function al_reversed(iterable) {
    return Array.from(iterable).reverse();
}

// any and all of a comprehension.
export function $some(items, test) {
    if (Array.isArray(items)) {
        return items.some(test);
    }
    let index = 0;
    for (const item of items) {
        if (test(item, index++)) {
            return true;
        }
    }
    return false;
}

export function $every(items, test) {
    return !$some(items, (item, index) => !test(item, index));
}

export function any(iterable) {
    for (const item of iterable) {
        if (bool(item)) {
            return true;
        }
    }
    return false;
}

export function all(iterable) {
    for (const item of iterable) {
        if (!bool(item)) {
            return false;
        }
    }
    return true;
}

// The items of `value` for an assignment to `count` targets, or to `count` and a starred rest.
export function $unpack(value, count, rest) {
    const items = Array.isArray(value) ? value : Array.from(al_iter(value));
    MISUSE: if (rest ? items.length < count : items.length !== count) {
        throw new ValueError(items.length < count ? `not enough values to unpack (expected ${count}, got ${items.length})`
            : `too many values to unpack (expected ${count})`);
    }
    return items;
}
