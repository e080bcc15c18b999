/** What is looked at: the camera, a picture, or an example scene. Each is something that a canvas can draw. */

/** A running camera. `video` is what to look at; `stop` lets the camera go. */
export async function openCamera() {
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { width: { ideal: 640 }, height: { ideal: 480 }, facingMode: 'environment' },
  });
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  await video.play();
  return { video, stop: () => stream.getTracks().forEach((track) => track.stop()) };
}

/** The next frame of a video; a tab that is not seen gets none. */
export function nextFrame(video) {
  return new Promise((resolve) => video.requestVideoFrameCallback(resolve));
}

/** A picture out of a file that a person chose. */
export async function openPicture(file) {
  try {
    return await createImageBitmap(file);
  } catch {
    throw new TypeError(`${file.name} is no image that this browser can read.`);
  }
}

/** A picture of this site. */
export async function fetchPicture(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path} cannot be fetched: ${response.status} ${response.statusText}`);
  return createImageBitmap(await response.blob());
}

/** Width and height of what is looked at. */
export function sizeOf(source) {
  return source instanceof HTMLVideoElement
    ? { width: source.videoWidth, height: source.videoHeight }
    : { width: source.width, height: source.height };
}
