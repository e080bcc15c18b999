/**
 * From pixels to what the digits model reads. Ink is a plane of bytes, row by row: 0 is paper, 255 is pen.
 *
 * What the model wants is written in models/digits/README.md.
 */

/** The sides of the model's input, and of the box in its middle that a digit fills. */
export const SIDE = 32;
const DIGIT = 28;

/** Ink below this is a stain on the paper. */
const STAIN = 48;
/** Of a picture: contrast (0 to 255) below which there is nothing on it, and the parts of it that are paper and pen. */
const FAINT = 24;
const PAPER = 0.2;
const PEN = 0.65;

/** The ink of a picture, dark on light or light on dark: whatever its edge is like is paper. `pixels`: ImageData. */
export function inkOfPicture({ data, width, height }) {
  const light = new Float32Array(width * height);
  for (let i = 0; i < light.length; i++) {
    const alpha = data[4 * i + 3] / 255;
    const luminance = 0.2126 * data[4 * i] + 0.7152 * data[4 * i + 1] + 0.0722 * data[4 * i + 2];
    light[i] = luminance * alpha + 255 * (1 - alpha);
  }
  const paper = medianOfEdge(light, width, height);
  let contrast = 0;
  for (const x of light) contrast = Math.max(contrast, Math.abs(x - paper));
  const ink = new Uint8ClampedArray(light.length);
  if (contrast < FAINT) return ink;
  for (let i = 0; i < ink.length; i++) {
    const part = Math.abs(light[i] - paper) / contrast;
    ink[i] = 255 * (part - PAPER) / (PEN - PAPER);
  }
  return ink;
}

function medianOfEdge(plane, width, height) {
  const edge = [];
  for (let x = 0; x < width; x++) edge.push(plane[x], plane[(height - 1) * width + x]);
  for (let y = 0; y < height; y++) edge.push(plane[y * width], plane[y * width + width - 1]);
  return edge.sort((a, b) => a - b)[edge.length >> 1];
}

/** The model's input, SIDE × SIDE values from 0 to 1: the ink cropped, scaled and centred. null if there is none. */
export function modelInput(ink, width, height) {
  const box = boundsOf(ink, width, height);
  if (box === null) return null;
  const scale = DIGIT / Math.max(box.right - box.left, box.bottom - box.top);
  const columns = coverage((box.left + box.right) / 2, scale, width);
  const rows = coverage((box.top + box.bottom) / 2, scale, height);
  const input = new Float32Array(SIDE * SIDE);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      let sum = 0;
      for (const [row, high] of rows[y]) {
        for (const [column, wide] of columns[x]) sum += high * wide * ink[row * width + column];
      }
      input[y * SIDE + x] = Math.min(1, sum * scale * scale / 255);
    }
  }
  return input;
}

function boundsOf(ink, width, height) {
  let [left, right, top, bottom] = [width, 0, height, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (ink[y * width + x] < STAIN) continue;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y + 1);
    }
  }
  return right > left ? { left, right, top, bottom } : null;
}

/** For each of SIDE target pixels along an axis: the [source pixel, covered part of it] that it averages over. */
function coverage(centre, scale, size) {
  return Array.from({ length: SIDE }, (_, target) => {
    const start = Math.max(0, centre + (target - SIDE / 2) / scale);
    const end = Math.min(size, centre + (target + 1 - SIDE / 2) / scale);
    const parts = [];
    for (let at = Math.floor(start); at < end; at++) {
      parts.push([at, Math.min(at + 1, end) - Math.max(at, start)]);
    }
    return parts;
  });
}
