/** The jobs of the page: the model of each, what it looks at first, and how an answer is shown. */
import { percent } from '../format.js';
import { drawBoxes, drawPoses } from './overlay.js';

/** `rows` tells an answer as [text, score or null]; `draw` shows it on the picture, which it covers. */
export const JOBS = [
  {
    id: 'detect',
    name: 'Find shapes',
    task: 'object-detection',
    model: 'models/shapes/shapes.onnx',
    examples: ['models/shapes/scene-1.png', 'models/shapes/scene-2.png', 'models/shapes/scene-3.png'],
    rows: (found) => found.map(({ label, score }) => [label, score]),
    draw: (canvas, found, task) => drawBoxes(canvas, found, task.labels),
  },
  {
    id: 'pose',
    name: 'Follow a figure',
    task: 'pose-estimation',
    model: 'models/figures/figures.onnx',
    examples: ['models/figures/example-1.png', 'models/figures/example-2.png', 'models/figures/example-3.png'],
    rows: (poses) => poses.flatMap(({ keypoints }) => keypoints.map(({ name, score }) => [name, score])),
    draw: (canvas, poses, task) => drawPoses(canvas, poses, task.skeleton),
  },
  {
    id: 'classify',
    name: 'Read a digit',
    task: 'image-classification',
    model: 'models/digits/digits.onnx',
    examples: ['models/digits/example.png'],
    rows: (classes) => classes.map(({ label, score }) => [label, score]),
    draw: () => {},
  },
  { id: 'text', name: 'Compare texts', task: 'text-embedding', model: 'models/minilm/minilm_l6.opset17.onnx' },
];

/** An answer's row: its text, its score in words, and how far its bar goes. */
export const rowOf = ([text, score]) => ({ text, score: percent(score), part: Math.max(0, Math.min(1, score)) });
