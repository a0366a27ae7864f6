// What can be heard and felt: a tick for kept, one high tone for good, two for "look", a low one for stop.
const TONES = {
  kept: [[1500, 0, 0.03]],
  ok: [[1047, 0, 0.12]],
  warn: [
    [660, 0, 0.12],
    [660, 0.18, 0.12],
  ],
  stop: [
    [196, 0, 0.35],
    [165, 0.4, 0.45],
  ],
};
const SHAKES = { kept: [15], ok: [60], warn: [80, 60, 80], stop: [300, 100, 300] };
const LOUD = 0.25;
let sound;

export function give(signal, isLoud) {
  if (navigator.userActivation?.hasBeenActive === false) return; // browsers forbid it before the first touch
  navigator.vibrate?.(SHAKES[signal]);
  if (isLoud) play(TONES[signal]);
}

function play(tones) {
  if (!globalThis.AudioContext) return;
  sound ??= new AudioContext();
  if (sound.state === "suspended") sound.resume().catch(() => {});
  for (const [pitch, after, length] of tones) {
    const start = sound.currentTime + after;
    const tone = sound.createOscillator();
    const volume = sound.createGain();
    tone.type = pitch < 300 ? "sawtooth" : "sine";
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(LOUD, start);
    volume.gain.exponentialRampToValueAtTime(0.001, start + length);
    tone.connect(volume).connect(sound.destination);
    tone.start(start);
    tone.stop(start + length);
  }
}

const GRAVEST = ["stop", "warn", "ok"];

export function gravest(signals) {
  return GRAVEST.find((one) => signals.includes(one));
}
