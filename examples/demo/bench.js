/** Benchmarks in a worker: one at a time, to be stopped at any moment. */

export class Bench {
  constructor() {
    this.start();
  }

  /** The worker stands ready before it is needed: the page asks the network for nothing later on. */
  start() {
    this.worker = new Worker('bench_worker.js', { type: 'module' });
    this.end = null;
  }

  /** Run `request` (see bench_worker.js), telling each message. True once it has ended, false if it was stopped. */
  run(request, onMessage) {
    return new Promise((resolve, reject) => {
      this.end = resolve;
      this.worker.onerror = (event) => {
        event.preventDefault();
        this.stop();
        reject(new Error(event.message ?? 'The worker could not be loaded.'));
      };
      this.worker.onmessage = ({ data }) => {
        if (data.done) resolve(true);
        else onMessage(data);
      };
      this.worker.postMessage(request);
    });
  }

  /** End what runs, if anything does. */
  stop() {
    this.worker.terminate();
    this.end?.(false);
    this.start();
  }
}
