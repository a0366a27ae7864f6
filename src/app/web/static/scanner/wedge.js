// A hand scanner that types: a quick run of characters that ends in Enter, wherever the focus is.
// Outside of fields any such run is a scan. In a field a person may type as quickly: there only what
// holds one of our labels is one, and the field gets back what it had.
const LONGEST_GAP_MS = 600;
const SHORTEST = 4;
const LABEL = /[BCDFGHJKLNPRSTVX]{24}/i;
const FIELDS = "input:not([type=checkbox], [type=radio], [type=button]), textarea, select";

export function listenToWedge(onText, { codeField } = {}) {
  let text = "";
  let last = -Infinity;
  let before = "";

  function hear(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const field = event.target.matches?.(FIELDS) ? event.target : undefined;
    if (field === codeField) return;
    if (event.timeStamp - last > LONGEST_GAP_MS) {
      text = "";
      before = field?.value;
    }
    last = event.timeStamp;
    if (event.key === "Enter") end(event, field);
    else if (letter(event)) {
      text += letter(event);
      // A blank within a run would press the button that has the focus.
      if (!field && event.key === " " && text.length > 1) event.preventDefault();
    }
  }

  function end(event, field) {
    const scanned = text;
    text = "";
    if (scanned.length < SHORTEST || (field && !LABEL.test(scanned))) return;
    event.preventDefault();
    event.stopPropagation();
    if (field) {
      field.value = before ?? "";
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    onText(scanned);
  }

  addEventListener("keydown", hear, { capture: true });
}

// Such scanners press the keys of an English keyboard. Where those mean letters of another script,
// the place of the key says what was meant.
function letter({ key, code, shiftKey }) {
  if (key.length !== 1) return "";
  if (key >= " " && key <= "~") return key;
  if (/^Key[A-Z]$/.test(code)) return shiftKey ? code[3] : code[3].toLowerCase();
  return /^Digit\d$/.test(code) ? code[5] : key;
}
