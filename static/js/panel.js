/* The final's clock, and the judge's page that follows the stage.
   The clock counts from the server's own time: a device's wrong clock changes nothing. A page opened as "the entry on
   stage" goes on to the next one by itself, but only while nothing on it is being typed or waits to be saved.
   Never does: send anything, end a clock, take away what is being typed. Without this file the pages are plain links. */

const QUIET = 20000; /* ms without a key before the page may go on by itself */
const offsets = new WeakMap();
let lastTyped = -Infinity;

function shown(seconds) {
  const size = Math.abs(seconds);
  return `${seconds < 0 ? "-" : ""}${Math.floor(size / 60)}:${String(size % 60).padStart(2, "0")}`;
}

function tick() {
  for (const clock of document.querySelectorAll("[data-clock]")) {
    /* performance.now() goes on evenly whatever is done to the device's clock. */
    if (!offsets.has(clock)) offsets.set(clock, Number(clock.dataset.now) - performance.now());
    const left = Math.trunc((Number(clock.dataset.ends) - offsets.get(clock) - performance.now()) / 1000);
    const text = shown(left);
    if (clock.textContent !== text) clock.textContent = text;
    clock.classList.toggle("is-over", left < 0);
  }
}

function busy() {
  const waiting = ["device", "saving", "refused", "conflict", "login", "closed"];
  return performance.now() - lastTyped < QUIET
    || [...document.querySelectorAll("[data-state-for]")].some((place) => waiting.includes(place.dataset.state))
    || document.querySelector("dialog[open], [data-autosave-notice]") !== null;
}

function follow() {
  const stage = document.querySelector("[data-follow]");
  const on = stage?.querySelector("[data-stage]")?.dataset.stage;
  if (stage?.dataset.follow && on && on !== stage.dataset.shown && !busy()) location.assign(stage.dataset.follow);
}

document.addEventListener("input", () => {
  lastTyped = performance.now();
});

document.querySelector(".finalist-tabs [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
tick();
setInterval(tick, 250);
setInterval(follow, 1000);
