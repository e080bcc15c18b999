/** How the page writes numbers; no line ends between a number and its unit. */

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

export const count = (n) => whole.format(n);

export const percent = (p) => `${(100 * p).toFixed(1)}\u00a0%`;

/** Milliseconds, or seconds, in three digits and no more than the clock can tell. */
export function milliseconds(ms) {
  if (ms >= 1e3) return `${short.format(ms / 1e3)}\u00a0s`;
  return `${ms.toFixed(ms < 1 ? 3 : ms < 10 ? 2 : ms < 100 ? 1 : 0)}\u00a0ms`;
}

export function bytes(n) {
  const [unit, scale] = n < 1e3 ? ['bytes', 1] : n < 1e6 ? ['KB', 1e3] : n < 1e9 ? ['MB', 1e6] : ['GB', 1e9];
  return `${short.format(n / scale)}\u00a0${unit}`;
}

/** A number out of a tensor: three digits, more only before the decimal point. */
export function value(x) {
  if (!Number.isFinite(x)) return String(x).replace('Infinity', '∞').replace('-', '−');
  const size = Math.abs(x);
  const text = size >= 1e6 || (size < 1e-3 && x !== 0) ? x.toExponential(1)
    : size >= 1e3 || Number.isInteger(x) ? count(x) : x.toPrecision(3);
  return text.replaceAll('-', '−').replace('e+', 'e');
}
