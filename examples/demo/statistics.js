/** What the page says of numbers: of timings, of outputs, of how far two backends are apart. */

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** {min, max, mean, deviation, nans} of a tensor's elements, NaN left out; null for texts and for no elements. */
export function summary(data) {
  if (data.length === 0 || typeof data[0] === 'string') return null;
  let [min, max, mean, squares, n] = [Infinity, -Infinity, 0, 0, 0];
  for (const element of data) {
    const x = Number(element);
    if (Number.isNaN(x)) continue;
    n += 1;
    min = Math.min(min, x);
    max = Math.max(max, x);
    const step = x - mean;      // Welford 1962: no digits are lost where the mean is large
    mean += step / n;
    squares += step * (x - mean);
  }
  if (n === 0) return { min: NaN, max: NaN, mean: NaN, deviation: NaN, nans: data.length };
  return { min, max, mean, deviation: Math.sqrt(squares / n), nans: data.length - n };
}

/** The greatest absolute difference between two lots of outputs; NaN where one has a number and the other has none. */
export function greatestDifference(outputs, others) {
  let greatest = 0;
  for (const [name, { type, data }] of Object.entries(outputs)) {
    const other = others[name].data;
    if (other.length !== data.length) return NaN;
    for (let i = 0; i < data.length; i++) {
      if (Object.is(data[i], other[i])) continue;
      const difference = type === 'string' ? NaN : Math.abs(Number(data[i]) - Number(other[i]));
      if (Number.isNaN(difference)) return NaN;
      greatest = Math.max(greatest, difference);
    }
  }
  return greatest;
}
