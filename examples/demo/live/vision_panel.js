/** The jobs that look at pictures: one picture, or the camera frame after frame. */
import { pipeline } from '../alula/index.min.js';
import { find } from '../dom.js';
import { rowOf } from './jobs.js';
import { drawPicture } from './overlay.js';
import { showRows } from './rows.js';
import { fetchPicture, nextFrame, openCamera, openPicture, sizeOf } from './sources.js';

const ROWS = 14;

export class VisionPanel {
  /** `told`: where to say what happens: {meter, status, failed}. */
  constructor(told) {
    this.told = told;
    this.canvas = find('#view');
    this.task = null;
    this.camera = null;
    this.source = null;      // the picture that is looked at while the camera is off
    this.example = 0;
    this.work = Promise.resolve();     // runs follow each other
    this.on('#camera', 'click', () => this.switchCamera());
    this.on('#scene', 'click', () => this.nextExample());
    this.on('#picture', 'change', async ({ target }) => {
      const [file] = target.files;
      target.value = '';     // so that choosing the same file again is a change
      if (file !== undefined) this.look(await openPicture(file));
    });
  }

  on(selector, event, action) {
    find(selector).addEventListener(event, async (fired) => {
      try {
        await action(fired);
      } catch (error) {
        this.told.failed(error);
      }
    });
  }

  async open(job, options) {
    this.job = job;
    const task = await pipeline(job.task, job.model, options);
    if (this.job !== job) return task.release();
    this.task = task;
    this.told.meter.describe(task.session.report());
    if (this.camera === null) await this.nextExample();
    return null;
  }

  async close() {
    this.job = null;
    const task = this.task;
    this.task = null;
    this.source = null;
    await this.work;
    await task?.release();
    showRows(find('#found'), []);
  }

  async nextExample() {
    this.stopCamera();
    const { examples } = this.job;
    await this.look(await fetchPicture(examples[this.example++ % examples.length]));
  }

  async switchCamera() {
    if (this.camera !== null) {
      this.stopCamera();
      return;
    }
    this.camera = await openCamera();
    find('#camera').setAttribute('aria-pressed', 'true');
    this.follow(this.camera);
  }

  stopCamera() {
    this.camera?.stop();
    this.camera = null;
    find('#camera').setAttribute('aria-pressed', 'false');
  }

  /** Look at frame after frame, for as long as this camera is on. */
  async follow(camera) {
    while (camera === this.camera) {
      await nextFrame(camera.video);
      if (camera === this.camera) await this.run(camera.video);
    }
  }

  async look(picture) {
    this.stopCamera();
    this.source = picture;
    await this.run(picture);
  }

  run(source) {
    this.work = this.work.then(() => this.answer(source)).catch((error) => {
      this.stopCamera();
      this.told.failed(error);
    });
    return this.work;
  }

  async answer(source) {
    const { task, job } = this;
    if (task === null) return;
    const found = await task.run(source);
    if (task !== this.task) return;
    drawPicture(this.canvas, source, sizeOf(source));
    job.draw(this.canvas, found, task);
    showRows(find('#found'), job.rows(found).slice(0, ROWS).map(rowOf));
    this.told.meter.ran(task);
    this.canvas.dataset.found = JSON.stringify(found);
  }
}
