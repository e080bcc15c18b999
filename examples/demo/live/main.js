/** Puts the live page together: which job runs on which backend, and what it looks at. */
import { env } from '../alula/index.min.js';
import { element, find, hideError, showError } from '../dom.js';
import { CachePanel } from './cache_panel.js';
import { JOBS } from './jobs.js';
import { Meter } from './meter.js';
import { TextPanel } from './text_panel.js';
import { VisionPanel } from './vision_panel.js';

/** The first choice of the backends: whichever Alula finds best here. */
const BEST = 'best';

const meter = new Meter();
const cache = new CachePanel();
const told = {
  meter,
  status: (text) => { find('#job-status').textContent = text; },
  failed: (error) => showError(find('#job-error'), error),
};
const panels = { vision: new VisionPanel(told), text: new TextPanel(told) };
let chosen = 0;     // how often something was chosen: an answer for an earlier choice is not shown

function radio(group, value, text, isChecked) {
  const input = element('input', { type: 'radio', name: group, value });
  input.checked = isChecked;
  return element('label', {}, input, element('span', {}, text));
}

find('#jobs').append(...JOBS.map(({ id, name }, i) => radio('job', id, name, i === 0)));
find('#backends').append(...[BEST, ...env.backends].map((name, i) => radio('backend', name, name, i === 0)));

async function choose() {
  const turn = ++chosen;
  const form = new FormData(find('#choices'));
  const job = JOBS.find(({ id }) => id === form.get('job'));
  const backend = form.get('backend');
  const name = job.task.startsWith('text') ? 'text' : 'vision';
  document.body.dataset.state = 'loading';
  find('#job-title').textContent = job.name;
  for (const [id, panel] of Object.entries(panels)) {
    find(`#${id}`).hidden = id !== name;
    await panel.close();
  }
  hideError(find('#job-error'));
  meter.reset();
  told.status('Loading the model…');
  const options = {
    cache: true,
    onProgress: (loaded, total) => told.status(`Loading the model: ${Math.round(100 * loaded / total)} %`),
    ...(backend === BEST ? {} : { executionProviders: [backend] }),
  };
  try {
    await panels[name].open(job, options);
    if (turn !== chosen) return;
    told.status('');
    document.body.dataset.state = 'ready';
  } catch (error) {
    if (turn !== chosen) return;
    told.status('');
    told.failed(error);
    document.body.dataset.state = 'failed';
  }
  await cache.show();
}

find('#choices').addEventListener('change', choose);
choose();
