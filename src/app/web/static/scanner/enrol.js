// How this phone gets its token: by an administrator's one-time code, or by a worker's sign-in.
import { recover } from "./pace.js";
import { setFact } from "./store.js";
import { ask } from "./wire.js";

const LONGEST_NAME = 128;

// The administrator's QR, `{"v":1,"url":"...","code":"..."}`; undefined for anything else.
export function readInvitation(text) {
  try {
    const { v, url, code } = JSON.parse(text);
    return v === 1 && typeof code === "string" ? { url: String(url), code } : undefined;
  } catch {
    return undefined;
  }
}

// Answers the phone as it is to be kept, or why there is none.
export async function enrol({ code, url }, version) {
  const hardware = navigator.userAgent.slice(0, LONGEST_NAME);
  const body = { code, hardware, app: "scanner", app_version: version };
  const answer = await ask("devices/enroll", { body });
  if (answer?.status !== 201) return { refusal: codeRefusal(answer, url) };
  const { device_id, token, station, profile, default_action, worker_id } = answer.body;
  return { phone: { device_id, token, station, profile, default_action, worker_id, worker: null } };
}

export async function signIn(who, password) {
  const name = /^\d+$/.test(who) ? { worker_id: Number(who) } : { email: who };
  const answer = await ask("workers/login", { body: { ...name, password } });
  if (answer?.status !== 200) return { refusal: refusalOf(answer, "The name or the password is wrong.") };
  const { worker_token, worker } = answer.body;
  const unbound = { station: null, profile: "scan", default_action: null };
  return { phone: { ...unbound, token: worker_token, worker_id: worker.id, worker: worker.name } };
}

// Answers why it could not be kept.
export async function keepPhone(phone) {
  try {
    await setFact("device", { ...phone, trouble: null });
    await recover();
    return undefined;
  } catch {
    return "This browser does not keep anything. Leave its private mode, or free some space.";
  }
}

function codeRefusal(answer, url) {
  const place = url && URL.canParse?.(url) ? new URL(url).host : location.host;
  if (answer?.status === 401 && place !== location.host) return `This code is for ${place}, not for ${location.host}.`;
  return refusalOf(answer, "This code is wrong, was used before, or is older than 15 minutes. Ask for a new one.");
}

function refusalOf(answer, words) {
  if (!answer) return "The server cannot be reached. Check the network and try again.";
  if (answer.status === 401) return words;
  if (answer.status === 429) return "Too many attempts. Wait a minute and try again.";
  return answer.body?.message ?? "Something went wrong. Please try again.";
}
