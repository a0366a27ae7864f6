// Two clocks: the phone's own, as wrong as it may be, and one that only counts on (scans.md 5).
import { newKey } from "./keys.js";

const BOOT = newKey();
const SLEPT_MS = 2000;

export function stamp() {
  return { boot: BOOT, at: Math.round(performance.now()), wall: Date.now() };
}

export function asText(wall) {
  return new Date(wall).toISOString();
}

// How long ago a stamp was by the counting clock, while this page has lived since. On many phones
// that clock stands still while they sleep: then the time of day has gone further, and only that
// is told.
export function counted(then, now = stamp()) {
  if (then.boot !== now.boot) return undefined;
  const slept = now.wall - then.wall - (now.at - then.at);
  return slept > SLEPT_MS ? undefined : { boot: then.boot, at: then.at, now: now.at };
}

// What has to be added to the phone's clock, from a question and the server's time in its answer.
export function offset(asked, answered, serverTime) {
  return Math.round(Date.parse(serverTime) - (asked.wall + answered.wall) / 2);
}
