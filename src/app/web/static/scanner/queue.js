// What was scanned, from the trigger until the server has it: waiting, then sent; or parked, when it
// was refused, and discarded, when a person said so. Nothing else ever leaves the queue.
import { asText } from "./clock.js";
import { newKey } from "./keys.js";
import { done, reading, writing } from "./store.js";

const SENT_KEPT = 200;
const DISCARDED_KEPT = 500;
const MOST_BYTES = 900_000;

const ofState = (state) => IDBKeyRange.bound([state, 0], [state, Infinity]);
const byState = (entries, state, most) => done(entries.index("state").getAll(ofState(state), most));
const byKey = (entries, key) => done(entries.index("event_id").get(key));

// The number and the key are stored with the scan, or none of them is. It names its worker: somebody
// else may have signed in before it is sent.
export async function keepScan({ event_id, code, action, station, worker_id, source, stamp }) {
  const job = async (entries, facts) => {
    const known = await byKey(entries, event_id);
    if (known) return known;
    const seq = ((await done(facts.get("seq"))) ?? 0) + 1;
    await done(facts.put(seq, "seq"));
    const location = station ? { code: station } : null;
    const body = { event_id, code, action, occurred_at: asText(stamp.wall), seq, worker_id, location };
    return add(entries, { event_id, kind: "scan", seq, body, source, stamp });
  };
  try {
    return await writing(job);
  } catch (error) {
    if (error.name !== "QuotaExceededError") throw error;
    await writing((entries) => prune(entries, "sent", 0));
    return writing(job);
  }
}

export function keepVoid(target, stamp) {
  return writing(async (entries) => {
    const scan = await byKey(entries, target);
    if (!scan || scan.kind !== "scan" || scan.voided) return undefined;
    await done(entries.put({ ...scan, voided: true }));
    const body = { event_id: newKey(), reason: "did_not_occur" };
    const about = scan.verdict?.order_number ?? scan.body.code;
    return add(entries, { event_id: body.event_id, kind: "void", target, about, body, stamp });
  });
}

async function add(entries, entry) {
  const kept = { ...entry, state: "waiting" };
  return { ...kept, n: await done(entries.add(kept)) };
}

// The next upload: scans in the order of their triggers, or one undo by itself.
export function nextUpload(most, { withVoids = true } = {}) {
  return reading(async (entries) => {
    const waiting = await byState(entries, "waiting", withVoids ? most : undefined);
    if (withVoids && waiting[0]?.kind === "void") return waiting.slice(0, 1);
    const upload = [];
    let bytes = 0;
    for (const entry of waiting) {
      if (entry.kind === "void" && withVoids) break;
      if (entry.kind === "void") continue;
      bytes += 3 * JSON.stringify(entry.body).length; // at most three bytes a character
      if (upload.length && (bytes > MOST_BYTES || upload.length === most)) break;
      upload.push(entry);
    }
    return upload;
  });
}

// The server's word on entries: `{ verdict }` has it, `{ refusal }` has it not and never will.
export function settle(outcomes) {
  return writing(async (entries) => {
    const settled = [];
    for (const [event_id, { verdict, refusal }] of outcomes) {
      const entry = await byKey(entries, event_id);
      if (entry?.state !== "waiting") continue;
      const next = verdict ? { ...entry, state: "sent", verdict } : { ...entry, state: "parked", refusal };
      await done(entries.put(next));
      if (refusal && entry.kind === "void") await unmark(entries, entry.target);
      settled.push(next);
    }
    await prune(entries, "sent", SENT_KEPT);
    return settled;
  });
}

async function unmark(entries, target) {
  const scan = await byKey(entries, target);
  if (scan) await done(entries.put({ ...scan, voided: false }));
}

async function prune(entries, state, kept) {
  const keys = await done(entries.index("state").getAllKeys(ofState(state)));
  for (const n of keys.slice(0, Math.max(0, keys.length - kept))) await done(entries.delete(n));
}

// A refused entry once more, under a new key: it is still the same trigger, of the same time.
export function sendAgain(event_id) {
  return writing(async (entries) => {
    const entry = await byKey(entries, event_id);
    if (entry?.state !== "parked") return;
    const key = newKey();
    await done(entries.put({ ...entry, state: "discarded", replaced_by: key }));
    const { n, refusal, ...rest } = entry;
    await add(entries, { ...rest, event_id: key, body: { ...entry.body, event_id: key } });
    await prune(entries, "discarded", DISCARDED_KEPT);
  });
}

export function discard(event_id) {
  return writing(async (entries) => {
    const entry = await byKey(entries, event_id);
    if (entry?.state === "parked") await done(entries.put({ ...entry, state: "discarded" }));
    await prune(entries, "discarded", DISCARDED_KEPT);
  });
}

// What the server lost again, as when it was restored from a copy; each entry comes back once.
export function bringBack(gaps) {
  const isMissing = ({ seq }) => gaps.some(([first, last]) => first <= seq && seq <= last);
  return writing(async (entries) => {
    const lost = (await byState(entries, "sent")).filter((one) => !one.came_back && isMissing(one));
    for (const entry of lost) await done(entries.put({ ...entry, state: "waiting", came_back: true }));
    return lost.length;
  });
}

export function look(most) {
  return reading(async (entries) => {
    const count = (state) => done(entries.index("state").count(ofState(state)));
    const parked = await byState(entries, "parked");
    return {
      waiting: await count("waiting"),
      parked,
      recent: await newest(entries, most),
    };
  });
}

function newest(entries, most) {
  return new Promise((resolve, reject) => {
    const found = [];
    const request = entries.openCursor(null, "prev");
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const cursor = request.result;
      if (!cursor || found.length === most) return resolve(found);
      if (cursor.value.state !== "discarded") found.push(cursor.value);
      cursor.continue();
    };
  });
}

export function countWaiting() {
  return reading((entries) => done(entries.index("state").count(ofState("waiting"))));
}

// For a file: all that the server has not.
export function unsent() {
  return reading(async (entries) => (await done(entries.getAll())).filter((one) => one.state !== "sent"));
}

// Signing out forgets the phone's name and what it had read; what waits stays until it is sent.
export function forgetDevice() {
  return writing(async (entries, facts) => {
    await done(facts.delete("device"));
    await done(facts.delete("server"));
    await done(facts.delete("pace"));
    await prune(entries, "sent", 0);
  });
}
