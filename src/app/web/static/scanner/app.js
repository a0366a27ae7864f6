// The scanner: what is scanned is kept first, then shown, then sent.
import { makeCamera } from "./camera.js";
import { stamp } from "./clock.js";
import { bind } from "./controls.js";
import { getDevice, visit } from "./device.js";
import { enrol, keepPhone, readInvitation, signIn } from "./enrol.js";
import { saveCopy } from "./file.js";
import { install, isStorageProtected, protectStorage } from "./install.js";
import { refreshProofs } from "./kept_proofs.js";
import { newKey } from "./keys.js";
import { isLicenseSymbol } from "./licenses.js";
import { makeNews } from "./news.js";
import { bindOwnLicenses, forgetOwnLicenses } from "./own_licenses.js";
import { discard, forgetDevice, keepScan, keepVoid, look, sendAgain } from "./queue.js";
import { makeSender } from "./sender.js";
import { openSettings } from "./settings.js";
import { give, gravest } from "./signal.js";
import { hideStanding, showStanding } from "./standing.js";
import { getFact } from "./store.js";
import { confirmed, say, show, showCamera, undoable } from "./view.js";
import { listenToWedge } from "./wedge.js";
import { describe, signalOf } from "./words.js";

const RECENT = 30;
const VISIT_MS = 5 * 60_000;
const LOOK_AGAIN_MS = 60_000;
const byId = (id) => document.getElementById(id);
const files = byId("scanner").dataset;
const unsaved = new Map();
let device;
let recent = [];
let isEnrolling = false;
let isProtected = false;
let isShowing = false;
let isStale = false;
let fault = "";

const news = makeNews(refresh);
const settings = openSettings();
const sender = makeSender(hearAnswers);
const camera = makeCamera({
  video: byId("video"),
  files,
  onCodes: (texts) => hearCamera(texts),
  onFailure: (words) => {
    say(words, true);
    showCamera(camera, needsDevice());
  },
});

const begun = settings.load().then(refresh);

function needsDevice() {
  return !device || isEnrolling;
}

async function refresh() {
  isStale = true;
  if (isShowing) return;
  isShowing = true;
  try {
    while (isStale) {
      isStale = false;
      const state = await look(RECENT);
      const server = await getFact("server");
      const pace = await getFact("pace");
      device = await getDevice();
      recent = state.recent;
      const isOnline = navigator.onLine;
      show({ device, look: state, server, pace, unsaved: [...unsaved.values()], isEnrolling, isProtected, isOnline });
      showCamera(camera, needsDevice());
    }
    fault = "";
    byId("starting").hidden = true;
    byId("shoot").hidden = false;
    byId("scanner").dataset.ready = "true";
  } catch (error) {
    fault = `This browser cannot keep scans: nothing is recorded. ${error.message}`;
    say(fault, true);
  } finally {
    isShowing = false;
  }
}

// Asks the server for its time and for what it misses, and sends what waits.
async function call() {
  await visit().catch(() => {}); // without storage there is nobody to ask as
  if (navigator.onLine) refreshProofs(files.issuer);
  await sender.wakeNow();
  await refresh();
}

function changed() {
  news.tell();
  return refresh();
}

// One physical trigger: its key and its time are of now, whatever becomes of it.
async function trigger(code, source) {
  const at = stamp();
  if (!code.trim()) return;
  await begun;
  if (fault) return say(fault, true);
  const invitation = readInvitation(code);
  if (invitation && needsDevice()) return setUp(() => enrol(invitation, files.version));
  if (invitation) return say("This is a set-up code, not a label. Nothing was recorded.", true);
  if (isLicenseSymbol(code)) return lookAtLicense(code);
  if (!device) return say("Set up this phone first. Nothing was recorded.", true);
  say("");
  hideStanding();
  const { action, station } = settings.read(device);
  const worker_id = device.worker_id ?? null;
  await keep({ event_id: newKey(), code, action, station, worker_id, source, stamp: at });
}

// A person's license is no scan of an order: it is judged here, and nothing is recorded.
async function lookAtLicense(text) {
  say("");
  give(await showStanding(text, files.issuer), settings.isLoud());
}

async function keep(scan) {
  try {
    await keepScan(scan);
    unsaved.delete(scan.event_id);
    give("kept", settings.isLoud());
    sender.wake();
  } catch {
    unsaved.set(scan.event_id, scan);
    give("stop", settings.isLoud());
  }
  await changed();
}

function hearCamera(texts) {
  if (needsDevice()) {
    const invitation = texts.find(readInvitation);
    if (!invitation) return say("This is not a set-up code.", true);
    camera.stop();
    return trigger(invitation, "camera");
  }
  const read = settings.isContinuous() ? texts : texts.slice(0, 1);
  if (!settings.isContinuous()) camera.pause();
  showCamera(camera, false);
  return Promise.all(read.map((text) => trigger(text, "camera")));
}

function hearAnswers(settled) {
  const signal = gravest(settled.map(signalOf));
  if (signal) give(signal, settings.isLoud());
  const bad = settled.filter((one) => signalOf(one) === "stop" && one.event_id !== recent[0]?.event_id);
  if (bad.length) say(`An earlier scan needs you – ${describe(bad.at(-1)).detail}`, true);
  return changed();
}

async function setUp(ask) {
  say("");
  const { phone, refusal } = await ask();
  if (refusal) return say(refusal, true);
  forgetOwnLicenses();
  settings.forgetStation(); // from here on it is the new phone's to set
  const trouble = await keepPhone(phone);
  if (trouble) return say(trouble, true);
  isEnrolling = false;
  isProtected = await protectStorage();
  say("This phone is set up.");
  await visit();
  sender.wake();
  return changed();
}

async function signOut() {
  const { waiting, parked } = await look(1);
  const held = waiting + parked.length;
  const question = `${held === 1 ? "One scan is" : `${held} scans are`} not sent yet. They stay on this phone, and are sent once it is set up again.`;
  if (held && !(await confirmed(question, "Sign out all the same"))) return;
  camera.stop();
  await forgetDevice();
  forgetOwnLicenses();
  say("Signed out.");
  await changed();
}

async function undo() {
  const last = undoable(recent, device);
  if (!last) return;
  await keepVoid(last.event_id, stamp());
  sender.wake();
  await changed();
}

async function decide({ act, key }) {
  if (act === "again") await sendAgain(key);
  else if (await confirmed("This scan was never recorded, and will not be. Discard it for good?", "Discard it")) await discard(key);
  sender.wake();
  await changed();
}

async function shoot() {
  if (!camera.isOn()) await camera.start();
  else if (camera.isPaused()) camera.goOn();
  else camera.stop();
  showCamera(camera, needsDevice());
}

function stopCamera() {
  camera.stop();
  showCamera(camera, needsDevice());
}

function setEnrolling(isWanted) {
  isEnrolling = isWanted;
  return refresh();
}

bind({
  trigger,
  enrol: (code) => setUp(() => enrol({ code }, files.version)),
  signIn: (who, password) => setUp(() => signIn(who, password)),
  shoot,
  stopCamera,
  light: camera.light,
  undo,
  keepAgain: () => Promise.all([...unsaved.values()].map(keep)),
  decide,
  setEnrolling,
  call,
  save: () => saveCopy([...unsaved.values()]),
  signOut,
});
bindOwnLicenses();
listenToWedge((text) => trigger(text, "wedge"), { codeField: byId("code") });
addEventListener("online", call);
addEventListener("offline", refresh);
addEventListener("beforeunload", (event) => {
  if (unsaved.size) event.preventDefault();
});
document.addEventListener("visibilitychange", async () => {
  if (document.hidden) camera.rest();
  else await camera.wake();
  sender.wake();
  refresh();
});
setInterval(() => sender.wake(), LOOK_AGAIN_MS);
setInterval(call, VISIT_MS);

install((takeOver) => {
  byId("newer").hidden = false;
  byId("take-over").addEventListener("click", takeOver);
});

isProtected = await isStorageProtected();
await begun;
await call();
