"use strict";

// Asks for the board's news while somebody can see it. Nothing is held open: each answer is short,
// and 304 when there is nothing new.
const EVERY_MS = 1500;
const LONGEST_MS = 30000;
const board = document.getElementById("board");
const pulse = document.getElementById("pulse");
const told = document.getElementById("told");
let mark = `"${pulse.dataset.mark}"`;
let wait = EVERY_MS;
let timer = 0;
let isAsking = false;

function show(piece) {
  const focused = board.contains(document.activeElement) ? document.activeElement.id : "";
  board.innerHTML = piece;
  if (focused) {
    document.getElementById(focused)?.focus({ preventScroll: true });
  }
  const fresh = Number(board.firstElementChild.dataset.fresh);
  told.textContent = fresh === 0 ? "" : fresh === 1 ? "1 new scan" : `${fresh} new scans`;
}

async function ask() {
  const { newest } = board.firstElementChild.dataset;
  const answer = await fetch(`/admin/board/news?after=${newest}`, {
    cache: "no-store",
    headers: { "If-None-Match": mark, "HX-Request": "true" },
    signal: AbortSignal.timeout(10000),
  });
  if (answer.status === 401 || answer.headers.has("HX-Redirect")) {
    location.assign("/admin/login");
  } else if (answer.status === 200 && answer.headers.has("ETag")) { // not the page of a café's network
    mark = answer.headers.get("ETag");
    show(await answer.text());
  } else if (answer.status !== 304) {
    throw new Error(`${answer.status}`);
  }
}

async function look() {
  clearTimeout(timer);
  if (document.hidden || isAsking) {
    return;
  }
  isAsking = true;
  try {
    await ask();
    wait = EVERY_MS;
    pulse.textContent = "Live";
    pulse.classList.remove("lost");
  } catch {
    wait = Math.min(wait * 2, LONGEST_MS);
    pulse.textContent = "Not connected. Trying again.";
    pulse.classList.add("lost");
  }
  isAsking = false;
  timer = setTimeout(look, wait);
}

pulse.hidden = false;
document.getElementById("refresh").hidden = true;
document.addEventListener("visibilitychange", look);
timer = setTimeout(look, EVERY_MS);
