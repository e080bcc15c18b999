/** Draws what was found over what is looked at, in the pixels of the picture. */

const HUES = [168, 28, 262, 338, 205, 80, 300, 0];
const SURE = 0.3;     // keypoints below this are not drawn
const SHARP = 640;    // pixels of the canvas, across, at least

const colour = (i) => `hsl(${HUES[i % HUES.length]} 75% 45%)`;

/** The picture itself fills the canvas; a small one is enlarged, so that letters on it are fine. */
export function drawPicture(canvas, source, { width, height }) {
  const scale = Math.max(1, SHARP / width);
  const [wide, high] = [width, height].map((size) => Math.round(size * scale));
  if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
  const context = canvas.getContext('2d');
  context.setTransform(wide / width, 0, 0, high / height, 0, 0);
  context.drawImage(source, 0, 0, width, height);
}

export function drawBoxes(canvas, detections, labels) {
  const context = pen(canvas);
  for (const { label, score, box } of detections) {
    const [x, y] = [box.x, box.y];
    const text = `${label} ${Math.round(100 * score)} %`;
    context.strokeStyle = context.fillStyle = colour(labels.indexOf(label));
    context.strokeRect(x, y, box.width, box.height);
    const high = 1.4 * context.textHeight;
    const top = y >= high ? y - high : y;
    context.fillRect(x - context.lineWidth / 2, top, context.measureText(text).width + 0.6 * high, high);
    context.fillStyle = '#fff';
    context.fillText(text, x + 0.2 * high, top + 0.72 * high);
  }
}

export function drawPoses(canvas, poses, skeleton) {
  const context = pen(canvas);
  poses.forEach(({ keypoints }, i) => {
    context.strokeStyle = colour(i);
    const isSure = ({ score }) => score >= SURE;
    for (const [a, b] of skeleton) {
      if (!isSure(keypoints[a]) || !isSure(keypoints[b])) continue;
      context.beginPath();
      context.moveTo(keypoints[a].x, keypoints[a].y);
      context.lineTo(keypoints[b].x, keypoints[b].y);
      context.stroke();
    }
    for (const point of keypoints.filter(isSure)) {
      context.fillStyle = colour(i + 1);
      context.beginPath();
      context.arc(point.x, point.y, 1.6 * context.lineWidth, 0, 2 * Math.PI);
      context.fill();
    }
  });
}

/** Lines and letters as large on a small picture as on a large one, in the pixels of the picture. */
function pen(canvas) {
  const context = canvas.getContext('2d');
  const across = canvas.width / context.getTransform().a;
  context.lineWidth = across / 160;
  context.lineJoin = context.lineCap = 'round';
  context.textHeight = across / 32;
  context.font = `600 ${context.textHeight}px system-ui, sans-serif`;
  return context;
}
