"use strict";

// `/` leads to the search; what a script asked for and did not get is said where alerts stand.
addEventListener("keydown", (event) => {
  const busy = event.target.closest("input, select, textarea, [contenteditable]");
  if (event.key === "/" && !busy && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    document.getElementById("search").focus();
  }
});

// A second click on its way sends nothing: it would make a second worker, or hide what the first
// answer shows once. A file that was asked for leaves the page, and its button, as they are.
const AGAIN_MS = 3000;
const sent = new WeakSet();
addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute("method") !== "post") return;
  if (sent.has(form)) event.preventDefault();
  sent.add(form);
  setTimeout(() => sent.delete(form), AGAIN_MS);
});

function say(words) {
  const alert = document.createElement("p");
  alert.className = "alert";
  alert.setAttribute("role", "alert");
  alert.textContent = words;
  document.getElementById("alerts").replaceChildren(alert);
}

// Refusals of ours say themselves where they belong; those of a proxy on the way do not.
addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.getResponseHeader("HX-Retarget")) {
    detail.shouldSwap = true;
  } else if (detail.xhr.status >= 500) {
    say("Something went wrong. Please try again.");
  } else {
    document.getElementById("alerts").replaceChildren();
  }
});
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  addEventListener(name, () => say("The server cannot be reached. Check the network and try again."));
}

// A form that comes back refused begins where it is wrong.
document.querySelector('main [aria-invalid="true"], main fieldset:has(> .error) input')?.focus();
