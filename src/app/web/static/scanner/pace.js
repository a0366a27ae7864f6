// How long to wait after a failure: 1, 2, 5, 15, 60 s and so on to 10 min with jitter, or as long as
// the server says and a part of a second more, so that not all phones come back at once (scans.md 9).
// In whole milliseconds, as the clock has them: with a fraction, the end of a wait less its beginning
// can be more than the wait.
import { changeFact, getFact, setFact } from "./store.js";

const STEPS_S = [1, 2, 5, 15, 60, 120, 300, 600];
const LONGEST_TOLD_S = 3600;
const FRESH = { failures: 0, wait: 0, until: 0, told: false };

export function waitAfter(failures, seconds, chance = Math.random()) {
  if (seconds !== undefined) return Math.round((Math.min(seconds, LONGEST_TOLD_S) + chance) * 1000);
  const step = STEPS_S[Math.min(failures, STEPS_S.length) - 1];
  return Math.round(step * (1 + chance / 2) * 1000);
}

export async function slowDown(seconds, told) {
  const pace = await changeFact("pace", (last) => {
    const failures = (last ?? FRESH).failures + 1;
    const wait = waitAfter(failures, seconds);
    return { failures, wait, until: Date.now() + wait, told };
  });
  return pace.wait;
}

// More than was agreed is left only when the clock was set back: when it is over nobody knows.
export async function timeLeft() {
  const { wait, until } = (await getFact("pace")) ?? FRESH;
  const left = until - Date.now();
  return left > wait ? 0 : Math.max(0, left);
}

export function recover() {
  return setFact("pace", FRESH);
}

// The network is back, or a person presses: at once, unless the server asked for patience.
export function hurry() {
  return changeFact("pace", (last) => (last && !last.told ? { ...last, wait: 0, until: 0 } : undefined));
}
