/** Puts the page together: what it loads, and what becomes of files that are chosen, dropped or pasted. */
import { Digits } from './digits.js';
import { find, showError } from './dom.js';
import { Models } from './models.js';

const FOLDER = 'models/digits';

async function fetched(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path} cannot be fetched: ${response.status} ${response.statusText}`);
  return response;
}

const model = fetched(`${FOLDER}/digits.onnx`).then(async (response) => new Uint8Array(await response.arrayBuffer()));
const drawings = fetched(`${FOLDER}/drawings.json`).then((response) => response.json());
const examples = drawings.then((all) => all.map(({ strokes }) => strokes));

const digits = new Digits(model, examples);
const models = new Models();
digits.ready.then(async () => models.show('digits.onnx', await model));

/** Pictures go to the drawing area; anything else is a model, with the files of its weights if there are several. */
async function take(files) {
  const [first] = files;
  if (first === undefined) return;
  if (first.type.startsWith('image/')) {
    await digits.showPicture(first);
    return;
  }
  const read = await Promise.all(files.map(async (file) => ({
    path: file.name, data: new Uint8Array(await file.arrayBuffer()),
  })));
  const main = read.find(({ path }) => path.endsWith('.onnx')) ?? read[0];
  await models.show(main.path, main.data, read.filter((each) => each !== main));
}

async function taken(files) {
  try {
    await take([...files]);
  } catch (error) {
    showError(find('#model-error'), error);
  }
}

for (const input of [find('#picture'), find('#model')]) {
  input.addEventListener('change', async () => {
    await taken(input.files);
    input.value = '';     // so that choosing the same file again is a change
  });
}

const veil = find('#drop-veil');
const hasFiles = (event) => event.dataTransfer.types.includes('Files');
addEventListener('dragover', (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  veil.hidden = false;
});
addEventListener('dragleave', (event) => {
  if (event.relatedTarget === null) veil.hidden = true;
});
addEventListener('drop', (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  veil.hidden = true;
  taken(event.dataTransfer.files);
});
addEventListener('paste', (event) => taken(event.clipboardData.files));
