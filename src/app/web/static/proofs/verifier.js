// The verifier: reads a QR by camera or from a text, and judges it on this device.
import { failed, showAnswer } from "./answers.js";
import { makeCamera } from "./camera.js";
import { certificateWords } from "./certificate_words.js";
import { findCertificate, judgeCertificate } from "./certificates.js";
import { keepVerifier } from "./keep_verifier.js";
import { kept } from "./kept_proofs.js";
import { licenseWords, timeWords } from "./license_words.js";
import { checkLicense } from "./verify_license.js";

const byId = (id) => document.getElementById(id);
const files = byId("verifier").dataset;
const camera = makeCamera({ video: byId("video"), files, onCodes: ([text]) => hear(text), onFailure: (words) => fail(words) });
let turn = 0;

async function check(text) {
  const own = (turn += 1);
  showAnswer({ signal: "busy", title: "Checking…", detail: "" });
  const words = await judged(text).catch(failed);
  if (own === turn) showAnswer(words); // an earlier check that was slow says nothing any more
  showState();
}

async function judged(text) {
  const certificate = findCertificate(text);
  if (certificate) return certificateWords(await judgeCertificate(certificate, { ...kept(), issuer: files.issuer }));
  const checked = await checkLicense(text, files.issuer);
  if (!checked) return { signal: "stop", title: "Invalid", detail: "This is neither a license nor a certificate of this site." };
  if (checked.read.token) return licenseWords(checked.found, checked.online);
  if (navigator.onLine) location.assign(`/l/${checked.read.code}`);
  return { signal: "warn", title: "Not checked", detail: "A number alone can be checked only with a network. Scan the symbol instead." };
}

function hear(text) {
  camera.pause();
  showCamera();
  return check(text);
}

function fail(words) {
  showAnswer({ signal: "stop", title: "No camera", detail: words });
  showCamera();
}

function showCamera() {
  byId("camera").hidden = !camera.isOn();
  byId("torch").hidden = !camera.hasTorch();
  byId("video").classList.toggle("paused", camera.isPaused());
  byId("shoot").textContent = !camera.isOn() ? "Start camera" : camera.isPaused() ? "Scan next" : "Stop camera";
}

async function shoot() {
  if (!camera.isOn()) await camera.start();
  else if (camera.isPaused()) camera.goOn();
  else camera.stop();
  showCamera();
}

function showState() {
  const { keys, at } = kept();
  byId("line").textContent = navigator.onLine ? "Online" : "No network";
  byId("line").dataset.tone = navigator.onLine ? "good" : "warn";
  byId("keys").textContent = keys.length ? String(keys.length) : "None: open this page with a network once";
  byId("list").textContent = at ? timeWords(at) : "Never fetched";
}

async function refresh() {
  await keepVerifier(files.issuer);
  showState();
}

function light() {
  const isOn = byId("torch").getAttribute("aria-pressed") !== "true";
  byId("torch").setAttribute("aria-pressed", String(isOn));
  return camera.light(isOn);
}

const checkLink = () => (location.hash.length > 1 ? check(location.href) : undefined);

byId("code-form").addEventListener("submit", (event) => {
  event.preventDefault();
  check(byId("code").value);
});
byId("file").addEventListener("change", async ({ target }) => {
  if (target.files.length) check(await target.files[0].text());
});
byId("shoot").addEventListener("click", shoot);
byId("torch").addEventListener("click", light);
byId("stop-camera").addEventListener("click", () => {
  camera.stop();
  showCamera();
});
addEventListener("hashchange", checkLink);
addEventListener("online", refresh);
addEventListener("offline", showState);
document.addEventListener("visibilitychange", async () => {
  if (document.hidden) camera.rest();
  else await camera.wake();
  showCamera();
});

byId("starting").hidden = true;
byId("shoot").hidden = false;
byId("certificate-file").hidden = false;
await refresh();
await checkLink();
byId("verifier").dataset.ready = "true";
