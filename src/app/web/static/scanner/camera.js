// The camera: shows what it sees, and tells of each label that comes into view.
import { makeReader } from "./reader.js";
import { makeSight } from "./sight.js";

const PAUSE_MS = 100;
const WANTED = { video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } } };
const REFUSALS = {
  NotAllowedError: "The camera is not allowed. Allow it for this site in the browser's settings.",
  NotFoundError: "This device has no camera.",
  NotReadableError: "Another app is using the camera. Close it and try again.",
};

export function makeCamera({ video, files, onCodes, onFailure }) {
  const sight = makeSight();
  let stream;
  let reader;
  let isPaused = false;
  let isResting = false;

  async function start() {
    if (stream) return;
    try {
      if (!navigator.mediaDevices) throw new Error("The camera needs an address that begins with https.");
      stream = await navigator.mediaDevices.getUserMedia(WANTED);
      stream.getVideoTracks()[0].addEventListener("ended", stop);
      video.srcObject = stream;
      await video.play();
      reader ??= await makeReader(files);
    } catch (error) {
      stop();
      onFailure(REFUSALS[error.name] ?? error.message);
      return;
    }
    watch(stream);
  }

  function stop() {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = undefined;
    video.srcObject = null;
    isPaused = false;
  }

  // Behind another app it would only drain the battery.
  function rest() {
    isResting = Boolean(stream);
    stop();
  }

  async function wake() {
    if (isResting) await start();
    isResting = false;
  }

  async function watch(own) {
    let failures = 0;
    while (stream === own) {
      if (!isPaused && video.readyState >= video.HAVE_CURRENT_DATA) {
        try {
          const codes = await reader(video);
          failures = 0;
          const fresh = sight(codes.map(({ rawValue }) => rawValue), performance.now());
          if (fresh.length && stream === own && !isPaused) onCodes(nearestFirst(fresh, codes, video));
        } catch (error) {
          failures += 1;
          if (failures === 10 && stream === own) {
            stop();
            onFailure(`The camera's pictures cannot be read. ${error.message}`);
          }
        }
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  function hasTorch() {
    return Boolean(stream?.getVideoTracks()[0].getCapabilities?.().torch);
  }

  async function light(isOn) {
    await stream?.getVideoTracks()[0].applyConstraints({ advanced: [{ torch: isOn }] });
  }

  return {
    start,
    stop,
    rest,
    wake,
    hasTorch,
    light,
    pause: () => (isPaused = true),
    goOn: () => (isPaused = false),
    isOn: () => Boolean(stream),
    isPaused: () => isPaused,
  };
}

// With more than one label in view, the one that the camera points at.
function nearestFirst(texts, codes, video) {
  const distance = (text) => {
    const corners = codes.find(({ rawValue }) => rawValue === text).cornerPoints;
    const middle = (axis) => corners.reduce((sum, point) => sum + point[axis], 0) / corners.length;
    return Math.hypot(middle("x") - video.videoWidth / 2, middle("y") - video.videoHeight / 2);
  };
  return [...texts].sort((one, other) => distance(one) - distance(other));
}
