// How this page says what the queue holds.
import { verdictWords } from "./verdict.js";

const LABEL = /[BCDFGHJKLNPRSTVX]{24,27}(?![\s\S]*[BCDFGHJKLNPRSTVX]{24})/i;
const LONGEST = 32;
const TITLES = { ok: "Recorded", warn: "Recorded – please look", stop: "Stop" };
const SHORT = { kept: "Waiting", ok: "Recorded", warn: "Look", stop: "Stop" };
export const SIGNS = { idle: "▢", kept: "●", ok: "✓", warn: "!", stop: "✕" };

export function codeWords(code) {
  const label = code.match(LABEL);
  if (label) return `Label\u00a0…${label[0].slice(18, 24).toUpperCase()}`;
  const text = code.trim();
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

export function subject(entry) {
  if (entry.kind === "void") return `Undo of ${codeWords(entry.about)}`;
  return entry.verdict?.order_number ?? codeWords(entry.body.code);
}

// What is wrong with a scan, beside its order's number.
export function remark(entry) {
  const { verdict } = entry;
  if (!verdict || verdict.signal === "ok") return "";
  return verdictWords(entry).replace(`${verdict.order_number}: `, "");
}

export function signalOf({ state, verdict }) {
  if (state === "waiting") return "kept";
  return state === "sent" ? verdict.signal : "stop";
}

// The large words on the last event: first that it is kept, then what the server says of it.
export function describe(entry) {
  if (!entry) return { signal: "idle", title: "Ready", detail: "Scan a label, or type its code." };
  const signal = signalOf(entry);
  const isVoid = entry.kind === "void";
  if (signal === "kept") {
    const title = isVoid ? "Undo kept on this phone" : "Kept on this phone";
    return { signal, title, detail: `${subject(entry)}. The server has not answered yet.` };
  }
  if (entry.state === "parked") {
    return { signal, title: "Refused by the server", detail: `${subject(entry)}: ${entry.refusal.message}` };
  }
  return { signal, title: isVoid ? "Taken back" : TITLES[signal], detail: verdictWords(entry) };
}

export function badge(entry) {
  if (entry.state === "parked") return "Refused";
  if (entry.kind === "void" && entry.state === "sent") return "Taken back";
  return SHORT[signalOf(entry)];
}

export function timeWords(wall) {
  return new Date(wall).toLocaleTimeString([], { timeStyle: "medium", hourCycle: "h23" });
}

export function count(number, one, many = `${one}s`) {
  return `${number} ${number === 1 ? one : many}`;
}

// The state of the line to the server.
export function lineWords({ device, waiting, pace, isOnline }) {
  if (!isOnline) return waiting ? `No network – ${waiting} kept` : "No network";
  if (!device) return "Not set up";
  if (!waiting) return "All sent";
  if (!pace?.failures) return `Sending ${waiting}…`;
  return `${waiting} kept – next try ${timeWords(pace.until)}`;
}

export function clockWords(offset_ms) {
  if (offset_ms === undefined || offset_ms === null) return "Not compared yet";
  const exactly = Math.round(Math.abs(offset_ms) / 1000);
  if (exactly <= 2) return "Right";
  const seconds = exactly < 3570 ? exactly : Math.round(exactly / 60) * 60; // of an hour nobody counts seconds
  const spans = [[Math.floor(seconds / 3600), "h"], [Math.floor((seconds % 3600) / 60), "min"], [seconds % 60, "s"]];
  const length = spans.filter(([many]) => many).map(([many, unit]) => `${many} ${unit}`).join(" ");
  return `${length} ${offset_ms > 0 ? "slow" : "fast"} – the server corrects it`;
}

export function gapWords(gaps = []) {
  if (!gaps.length) return "None";
  const number = gaps.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  const spans = gaps.slice(0, 5).map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`));
  return `${number}: no. ${spans.join(", ")}${gaps.length > 5 ? "…" : ""}`;
}

const TROUBLES = {
  token: "This phone's sign-in has ended. Scans are kept here; set the phone up again to send them.",
  revoked: "An administrator has revoked this phone. What it holds is handed in for review, without effect. To go on scanning, set it up again.",
  closed: "This phone was revoked, and the server takes nothing more from it. Set it up again, or save a copy of the scans for an administrator.",
};

export function troubleWords(device) {
  return TROUBLES[device?.trouble] ?? "";
}
