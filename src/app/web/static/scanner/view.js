// Shows the state of the queue; texts are only ever set as text.
import { badge, clockWords, count, describe, gapWords, lineWords, remark, SIGNS, signalOf, subject, timeWords, troubleWords } from "./words.js";

const byId = (id) => document.getElementById(id);
const TONES = { kept: "calm", ok: "good", warn: "warn", stop: "bad" };

export function element(name, { text, ...properties } = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  if (text !== undefined) made.textContent = text;
  made.append(...children);
  return made;
}

// A region that is read aloud keeps quiet while its words stay the same.
export function put(id, text) {
  const place = byId(id);
  if (place.textContent !== text) place.textContent = text;
}

export function show({ device, look, server, pace, unsaved, isEnrolling, isProtected, isOnline }) {
  const { waiting, parked, recent } = look;
  byId("enrol").hidden = Boolean(device) && !isEnrolling;
  byId("stay").hidden = !device;
  for (const place of document.querySelectorAll("[data-enrolled]")) place.hidden = !device;
  put("held", device ? "" : heldWords(waiting + parked.length));
  put("line", lineWords({ device, waiting, pace, isOnline }));
  byId("line").dataset.tone = lineTone({ device, waiting, pace, isOnline });
  put("trouble-words", troubleWords(device));
  byId("trouble").hidden = !troubleWords(device) || isEnrolling;
  showResult(recent[0], unsaved);
  showUnsaved(unsaved);
  byId("undo").disabled = !undoable(recent, device);
  showRecent(recent);
  showParked(parked);
  put("name", device?.worker ?? (device?.station || "This phone"));
  put("auto-words", autoWords(device));
  put("depth", waiting ? `${count(waiting, "scan")} waiting` : "Empty");
  put("clock", clockWords(server?.offset_ms));
  put("missing", gapWords(server?.missing_seq));
  put("storage", isProtected ? "Protected" : "The browser may clear it when space runs out");
}

function lineTone({ device, waiting, pace, isOnline }) {
  if (!isOnline || pace?.failures) return "warn";
  return device && !waiting ? "good" : "calm";
}

// What an unset action comes to: this device's own, or that the order was merely seen.
function autoWords(device) {
  const tile = document.querySelector(`[name=action][value="${device?.default_action ?? "scanned"}"] + span`);
  return tile ? `Automatic: ${tile.textContent.toLowerCase()}` : "As this device is set";
}

const heldWords = (held) =>
  held ? `${count(held, "scan")} on this phone ${held === 1 ? "waits" : "wait"} to be sent, once it is set up.` : "";

const OWN_MS = 15 * 60_000;

// Its own scans for 15 minutes; a supervisor's phone takes back older ones too (scans.md 8).
export function undoable(recent, device) {
  const last = recent.find(({ kind }) => kind === "scan");
  if (!last || last.voided || last.state === "parked") return undefined;
  const isFresh = Math.abs(Date.now() - last.stamp.wall) < OWN_MS;
  return isFresh || last.state === "waiting" || device?.profile === "supervisor" ? last : undefined;
}

function showResult(entry, unsaved) {
  const isLost = unsaved.length > 0;
  const { signal, title, detail } = isLost
    ? { signal: "stop", title: "Not recorded", detail: "This phone could not keep the last scan. See above." }
    : describe(entry);
  byId("result").dataset.signal = signal;
  put("result-sign", SIGNS[signal]);
  put("result-title", title);
  put("result-detail", detail);
}

function showUnsaved(unsaved) {
  byId("unsaved").hidden = !unsaved.length;
  if (!unsaved.length) return;
  byId("unsaved-list").replaceChildren(
    ...unsaved.map(({ code, stamp }) => element("li", { text: `${timeWords(stamp.wall)} ${code}` })),
  );
}

function showRecent(recent) {
  byId("nothing").hidden = recent.length > 0;
  byId("recent").replaceChildren(...recent.map(row));
}

function row(entry) {
  const tone = TONES[signalOf(entry)];
  const words = element("span", { className: "badge", text: `${SIGNS[signalOf(entry)]} ${badge(entry)}` });
  words.dataset.tone = tone;
  const time = element("time", { text: timeWords(entry.stamp.wall) });
  const name = element("span", { className: "subject", text: subject(entry) });
  if (entry.voided) name.append(" ", element("span", { className: "hint", text: "taken back" }));
  const note = remark(entry);
  const parts = [time, name, words];
  if (note) parts.push(element("span", { className: "hint note", text: note }));
  return element("li", {}, ...parts);
}

function showParked(parked) {
  byId("parked").hidden = !parked.length;
  byId("parked-list").replaceChildren(...parked.map(parkedRow));
}

function parkedRow(entry) {
  const head = element("p", { className: "subject", text: subject(entry) });
  const time = element("time", { text: `${timeWords(entry.stamp.wall)}, ${new Date(entry.stamp.wall).toLocaleDateString()}` });
  const words = element("p", { className: "error", text: entry.refusal.message });
  const again = element("button", { type: "button", className: "quiet", text: "Send again as new" });
  const discard = element("button", { type: "button", className: "danger", text: "Discard" });
  for (const [button, act] of [[again, "again"], [discard, "discard"]]) {
    button.dataset.act = act;
    button.dataset.key = entry.event_id;
    button.setAttribute("aria-label", `${button.textContent}: ${subject(entry)}`);
  }
  return element("li", {}, head, time, words, element("div", { className: "actions" }, again, discard));
}

export function say(words, isBad = false) {
  byId("notice").hidden = !words;
  byId("notice").className = isBad ? "alert" : "news";
  put("notice", words);
  if (words && isBad) byId("notice").scrollIntoView({ block: "center" });
}

// Asks in a dialog; true when the person presses what is named.
export function confirmed(question, sure) {
  const dialog = byId("ask");
  put("question", question);
  put("sure", sure);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) =>
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "sure"), { once: true }),
  );
}

export function showCamera(camera, isEnrolling) {
  byId("camera").hidden = !camera.isOn();
  byId("torch").hidden = !camera.hasTorch();
  const next = camera.isPaused() ? "Scan next" : "Stop camera";
  put("shoot", camera.isOn() ? next : isEnrolling ? "Scan the code" : "Start camera");
  byId("video").classList.toggle("paused", camera.isPaused());
}
