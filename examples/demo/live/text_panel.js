/** The job that reads: sentences by likeness to one, and its mood. */
import { pipeline } from '../alula/index.min.js';
import { find } from '../dom.js';
import { rowOf } from './jobs.js';
import { showRows } from './rows.js';

const CORPUS = [
  'We waited an hour on the platform.',
  'She planted tomatoes behind the house.',
  'Public transport here is never punctual.',
  'The recipe asks for two eggs and some flour.',
  'Our flight was on time and the crew was kind.',
  'He repairs old clocks for a living.',
];

export class TextPanel {
  constructor(told) {
    this.told = told;
    this.task = null;
    find('#corpus').value = CORPUS.join('\n');
    find('#query-form').addEventListener('submit', async (event) => {
      event.preventDefault();
      try {
        await this.compare();
      } catch (error) {
        told.failed(error);
      }
    });
  }

  async open(job, options) {
    this.job = job;
    const task = await pipeline(job.task, job.model, options);
    if (this.job !== job) return task.release();
    this.task = task;
    this.told.meter.describe(task.session.report());
    return this.compare();
  }

  async close() {
    this.job = null;
    const task = this.task;
    this.task = null;
    await task?.release();
    showRows(find('#ranking'), []);
  }

  async compare() {
    const { task } = this;
    if (task === null) return;
    const query = find('#query').value.trim();
    const sentences = find('#corpus').value.split('\n').map((line) => line.trim()).filter((line) => line !== '');
    const ranked = await task.search(query, sentences);
    if (task !== this.task) return;
    showRows(find('#ranking'), ranked.map(({ text, score }) => rowOf([text, score])));
    this.told.meter.ran(task);
  }
}
