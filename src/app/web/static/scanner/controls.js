// Binds the page's controls to what they do; an act that fails says so.
import { say } from "./view.js";

const byId = (id) => document.getElementById(id);

export function bind(acts) {
  const on = (id, event, act) =>
    byId(id).addEventListener(event, (happened) => {
      if (event === "submit") happened.preventDefault();
      act(happened)?.catch?.((error) => say(`This did not work. ${error.message}`, true));
    });

  on("code-form", "submit", () => acts.trigger(takeValue("code"), "typed"));
  on("enrol-form", "submit", () => acts.enrol(byId("enrol-code").value));
  on("login-form", "submit", () => acts.signIn(byId("who").value.trim(), takeValue("password")));
  on("shoot", "click", acts.shoot);
  on("stop-camera", "click", acts.stopCamera);
  on("torch", "click", () => acts.light(toggle("torch")));
  on("undo", "click", acts.undo);
  on("keep-again", "click", acts.keepAgain);
  on("parked-list", "click", ({ target }) => (target.dataset.act ? acts.decide(target.dataset) : undefined));
  on("set-up-again", "click", () => acts.setEnrolling(true));
  on("stay", "click", () => acts.setEnrolling(false));
  on("send", "click", acts.call);
  on("save", "click", acts.save);
  on("sign-out", "click", acts.signOut);
}

function takeValue(id) {
  const { value } = byId(id);
  byId(id).value = "";
  return value;
}

function toggle(id) {
  const isOn = byId(id).getAttribute("aria-pressed") !== "true";
  byId(id).setAttribute("aria-pressed", String(isOn));
  return isOn;
}
