"use strict";

// Rewrites the page's times for the clock of whoever looks, and says so.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const clock = document.getElementById("clock");
if (zone && clock) {
  const format = new Intl.DateTimeFormat("en-GB", {
    day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit",
    timeZone: zone, timeZoneName: "short",
  });
  for (const time of document.querySelectorAll("main time")) {
    time.title = time.textContent.trim();
    time.textContent = format.format(new Date(time.dateTime));
  }
  clock.textContent = `Times are in your own time zone, ${zone.replaceAll("_", " ")}.`;
}
