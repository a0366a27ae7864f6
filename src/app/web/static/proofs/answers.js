// Puts an answer onto a page: sign, words and colour, each of which says it alone.
const SIGNS = { idle: "▢", busy: "…", ok: "✓", warn: "!", stop: "✕" };
const byId = (id) => document.getElementById(id);

export function showAnswer({ signal, title, who = "", detail }) {
  byId("result").hidden = false;
  byId("result").dataset.signal = signal;
  byId("result-sign").textContent = SIGNS[signal];
  byId("result-title").textContent = title;
  byId("result-detail").textContent = [who, detail].filter(Boolean).join(". ").replace("..", ".");
}

export const failed = (error) => ({ signal: "stop", title: "Not checked", detail: `This did not work. ${error.message}` });
