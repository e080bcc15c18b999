/** What the models' cache holds, and how to empty it. */
import { modelCache } from '../alula/index.min.js';
import { codeOf, element, find, showError } from '../dom.js';
import { bytes } from '../format.js';

const when = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });

export class CachePanel {
  constructor() {
    find('#clear-cache').addEventListener('click', () => this.act(() => modelCache.clear()));
  }

  async act(action) {
    try {
      await action();
    } catch (error) {
      showError(find('#job-error'), error);
    }
    await this.show();
  }

  async show() {
    const kept = await modelCache.list();
    const usage = await modelCache.usage();
    find('#usage').textContent = kept.length === 0 ? 'None. A model is kept once it was loaded from an address.'
      : `${bytes(usage.bytes)} of ${bytes(usage.quota)} that this browser allows.`;
    find('#clear-cache').disabled = kept.length === 0;
    find('#kept').replaceChildren(...kept.map((entry) => {
      const button = element('button', { type: 'button', 'aria-label': `Remove ${entry.url}` }, 'Remove');
      button.addEventListener('click', () => this.act(() => modelCache.remove(entry.url)));
      return element('li', {}, codeOf(new URL(entry.url).pathname), element('span', { class: 'quiet' }, bytes(entry.bytes)),
        element('span', { class: 'quiet' }, when.format(entry.lastUsed)), button);
    }));
  }
}
