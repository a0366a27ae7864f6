// What the camera sees anew: a label that stays in view is one trigger, however often it is read.
const GONE_MS = 3000;

export function makeSight() {
  const seen = new Map();
  return (texts, now) => {
    for (const [text, at] of seen) if (now - at > GONE_MS) seen.delete(text);
    const fresh = texts.filter((text, index) => !seen.has(text) && texts.indexOf(text) === index);
    for (const text of texts) seen.set(text, now);
    return fresh;
  };
}
