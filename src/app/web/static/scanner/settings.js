// What stays set from scan to scan: action, station, one after another, sound.
import { getFact, setFact } from "./store.js";

export function openSettings() {
  const station = document.getElementById("station");
  const continuous = document.getElementById("continuous");
  const sound = document.getElementById("sound");
  const actions = [...document.querySelectorAll("[name=action]")];

  const action = () => actions.find(({ checked }) => checked).value;

  function store() {
    const kept = { action: action(), station: station.value.trim(), continuous: continuous.checked, sound: sound.checked };
    return setFact("settings", kept).catch(() => {}); // then they last as long as the page
  }

  async function load() {
    const kept = await getFact("settings").catch(() => undefined);
    const chosen = actions.find(({ value }) => value === kept?.action);
    if (chosen) chosen.checked = true;
    continuous.checked = kept?.continuous ?? true;
    sound.checked = kept?.sound ?? true;
    station.value = kept?.station ?? "";
  }

  for (const field of [...actions, station, continuous, sound]) field.addEventListener("change", store);

  return {
    load,
    read: (device) => ({ action: action(), station: station.value.trim() || device.station || null }),
    forgetStation: () => {
      station.value = "";
      store();
    },
    isContinuous: () => continuous.checked,
    isLoud: () => sound.checked,
  };
}
