/* Puts the reader's choice of contrast and text size in force before anything is drawn; site.js has the switches.
   Never does: anything else. It runs in the head and holds the page up, so it stays this short. */
try {
  for (const key of ["krdsMode", "textSize"]) {
    const chosen = localStorage.getItem(`display.${key}`);
    if (chosen) document.documentElement.dataset[key] = chosen;
  }
} catch (error) {
  console.warn("this browser keeps no choice of display", error.name);
}
