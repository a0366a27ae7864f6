// Sends what waits: one upload at a time, again after every failure, until each entry has its answer.
import { asText, counted, stamp } from "./clock.js";
import { getDevice, learn, setTrouble, troubleOf } from "./device.js";
import { hurry, recover, slowDown, timeLeft } from "./pace.js";
import { countWaiting, nextUpload, settle } from "./queue.js";
import { inTurn } from "./turns.js";
import { ask } from "./wire.js";

const MOST = 500;
const ASK_AGAIN_S = 600;
const REFUSED = [400, 404, 409, 413];
const SMALL = 16_000;

// `told(settled)` hears of every change, with the entries that have got their answers.
export function makeSender(told) {
  let limit = MOST;
  let size = MOST;
  let timer;
  let isBusy = false;
  let isAsked = false;

  async function wake() {
    clearTimeout(timer);
    isAsked = true;
    if (isBusy) return;
    isBusy = true;
    let wait;
    try {
      while (isAsked) {
        isAsked = false;
        wait = await inTurn(round);
        if (wait === 0) isAsked = true;
      }
    } catch {
      wait = 5000; // the storage failed under it: what is not settled is sent again
    } finally {
      isBusy = false;
    }
    if (wait > 0) timer = setTimeout(wake, wait);
  }

  // Milliseconds until the next round is due; undefined when nothing waits.
  async function round() {
    const device = await getDevice();
    const pause = await timeLeft();
    const withVoids = device?.trouble !== "revoked" && device?.trouble !== "closed";
    const upload = device ? await nextUpload(size, { withVoids }) : [];
    if (!upload.length) return undefined;
    if (pause > 0) return pause;
    const isVoid = upload[0].kind === "void";
    const answer = await (isVoid ? sendVoid : sendScans)(upload, device);
    if (answer?.batchLimit) limit = answer.batchLimit;
    const wait = await digest(answer, upload, device, isVoid);
    size = Math.min(size, limit);
    return wait;
  }

  async function digest(answer, upload, device, isVoid) {
    if (!answer) return later();
    const outcomes = outcomesOf(answer, upload, isVoid);
    if (outcomes.size) return accept(answer, outcomes, device);
    const trouble = troubleOf(answer);
    if (trouble) {
      await setTrouble(device, isVoid || trouble === "token" ? trouble : "closed");
      if (isVoid && trouble === "revoked") return 0;
      return later(ASK_AGAIN_S);
    }
    if (isRefused(answer, isVoid, upload)) {
      if (upload.length === 1) return park(answer, upload[0]);
      size = Math.ceil(upload.length / 2); // one of them spoils it: which, smaller uploads will tell
      return 0;
    }
    return later(answer.retryAfter, answer.retryAfter !== undefined && isOurs(answer));
  }

  async function accept(answer, outcomes, device) {
    const settled = await settle(outcomes);
    const verdicts = [...outcomes.values()].flatMap(({ verdict }) => verdict ?? []);
    const fresh = verdicts.filter(({ replayed }) => !replayed); // a replay tells of another time
    const isRevoked = fresh.some(({ reasons }) => reasons.includes("quarantined"));
    if (isRevoked) await setTrouble(device, "revoked");
    else if (fresh.length || device.trouble === "token") await setTrouble(device, null);
    if (Array.isArray(answer.body.missing_seq) && answer.body.results) {
      await learn({ offset_ms: fresh[0]?.offset_ms, missing_seq: answer.body.missing_seq });
    }
    await recover();
    size = Math.min(2 * size, limit);
    told(settled);
    return 0;
  }

  async function park(answer, entry) {
    const { error_code, message } = answer.body ?? {};
    const refusal = { code: error_code ?? String(answer.status), message: message ?? "It is too large." };
    told(await settle(new Map([[entry.event_id, { refusal }]])));
    size = limit;
    return 0;
  }

  async function later(seconds, isTold = false) {
    const wait = await slowDown(seconds, isTold);
    told([]);
    return wait;
  }

  async function wakeNow() {
    await hurry().catch(() => {});
    await wake();
  }

  return { wake, wakeNow };
}

async function sendScans(upload, device) {
  const now = stamp();
  const events = upload.map(({ body, source, stamp: then }) => ({ ...body, source, mono: counted(then, now) }));
  const queue_depth = (await countWaiting()) - upload.length;
  return ask("workers/scans", { token: device.token, body: { sent_at: asText(now.wall), events, queue_depth } });
}

function sendVoid([entry], device) {
  const body = { ...entry.body, sent_at: asText(Date.now()) };
  return ask(`workers/scans/${entry.target}/void`, { token: device.token, body });
}

// Only what the answer names is settled, and only if it was asked about.
function outcomesOf(answer, upload, isVoid) {
  const outcomes = new Map();
  if (answer.status < 200 || answer.status > 299 || !answer.body) return outcomes;
  const results = isVoid ? [answer.body] : answer.body.results;
  const asked = new Set(upload.map(({ event_id }) => event_id));
  for (const one of Array.isArray(results) ? results : []) {
    if (!asked.has(one?.event_id)) continue;
    if (one.error) outcomes.set(one.event_id, { refusal: { code: one.error, message: String(one.message) } });
    else if (one.result) outcomes.set(one.event_id, { verdict: verdictOf(one) });
  }
  return outcomes;
}

function verdictOf({ result, reasons, signal, message, replayed, order, transition, track, time }) {
  const told = { order_number: order?.order_number ?? null, status: order?.status, action: track?.action };
  const step = { applied: transition?.applied, skipped: transition?.skipped };
  return { result, reasons: reasons ?? [], signal, message, replayed, ...told, ...step, offset_ms: time?.offset_ms };
}

// A refusal of ours says why; a bare one comes from something on the way, and is no verdict. What
// finds a small upload too large has not read it.
function isRefused(answer, isVoid, upload) {
  const { status } = answer;
  if (!isOurs(answer)) return status === 413 && JSON.stringify(upload).length > SMALL;
  return isVoid ? REFUSED.includes(status) || status === 403 : status !== 404 && REFUSED.includes(status);
}

function isOurs({ body }) {
  return Boolean(body?.error_code);
}
