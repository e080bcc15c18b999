/** The drawing area: strokes of a mouse, finger or pen, and pictures, as black ink on a canvas that is else clear. */

/** Of the canvas's side: the width of the pen, and the paper left around what is not drawn by hand. */
const PEN_WIDTH = 0.055;
const MARGIN = 0.1;

const inset = (x) => MARGIN + (1 - 2 * MARGIN) * x;

export class Drawing {
  /** `onChange(isStroke)`: after every change; true between the first and the last point of a stroke. */
  constructor(canvas, onChange) {
    this.canvas = canvas;
    this.onChange = onChange;
    this.context = canvas.getContext('2d', { willReadFrequently: true });
    this.context.lineWidth = PEN_WIDTH * canvas.width;
    this.context.lineCap = this.context.lineJoin = 'round';
    this.pen = null;      // the pointer that draws: its id, and where it is
    canvas.addEventListener('pointerdown', (event) => this.begin(event));
    canvas.addEventListener('pointermove', (event) => this.follow(event));
    for (const end of ['pointerup', 'pointercancel']) canvas.addEventListener(end, (event) => this.end(event));
  }

  clear() {
    this.context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.onChange(false);
  }

  /** Replace what is there by strokes in the unit square. */
  show(strokes) {
    const { width, height } = this.canvas;
    this.context.clearRect(0, 0, width, height);
    for (const stroke of strokes) {
      const points = stroke.map(([x, y]) => [width * inset(x), height * inset(y)]);
      this.line(points[0], ...points);
    }
    this.onChange(false);
  }

  /** Replace what is there by a picture's ink. `ink`: ImageData, square. */
  showPicture(ink) {
    const { width, height } = this.canvas;
    const scratch = new OffscreenCanvas(ink.width, ink.height);
    scratch.getContext('2d').putImageData(ink, 0, 0);
    this.context.clearRect(0, 0, width, height);
    this.context.imageSmoothingQuality = 'high';
    this.context.drawImage(scratch, 0, 0, width, height);
    this.onChange(false);
  }

  begin(event) {
    if (this.pen !== null || event.button !== 0) return;
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    this.pen = { id: event.pointerId, at: this.position(event) };
    this.line(this.pen.at, this.pen.at);
    this.onChange(true);
  }

  follow(event) {
    if (event.pointerId !== this.pen?.id) return;
    const events = event.getCoalescedEvents?.() ?? [];
    const points = (events.length > 0 ? events : [event]).map((each) => this.position(each));
    this.line(this.pen.at, ...points);
    this.pen.at = points.at(-1);
    this.onChange(true);
  }

  end(event) {
    if (event.pointerId !== this.pen?.id) return;
    this.pen = null;
    this.onChange(false);
  }

  line(start, ...points) {
    this.context.beginPath();
    this.context.moveTo(...start);
    for (const point of points) this.context.lineTo(...point);
    this.context.stroke();
  }

  position(event) {
    const box = this.canvas.getBoundingClientRect();
    return [(event.clientX - box.left) * this.canvas.width / box.width,
      (event.clientY - box.top) * this.canvas.height / box.height];
  }
}
