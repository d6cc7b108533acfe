/* A score sheet's conveniences: the sum of the marks (a dash while one is missing or no mark), and moving between them with Enter and the arrows.
   Never does: set a mark, save or hand in. The sum that counts is made by the server. */

const STEPS = { ArrowDown: 1, Enter: 1, ArrowUp: -1 };

for (const form of document.querySelectorAll("form[data-sheet]")) {
  const marks = [...form.querySelectorAll("input[data-mark]")];
  const total = form.querySelector("[data-sheet-total]");
  const add = () => {
    const values = marks.map((mark) => mark.value.normalize("NFKC").trim());
    const whole = values.every((value, at) => /^\d+$/.test(value) && Number(value) <= Number(marks[at].dataset.mark));
    total.textContent = whole ? values.reduce((sum, value) => sum + Number(value), 0) : "–";
  };
  for (const kind of ["input", "autosave:put"]) form.addEventListener(kind, add);
  form.addEventListener("keydown", (event) => {
    const at = marks.indexOf(event.target);
    const step = STEPS[event.key];
    if (at < 0 || !step || event.isComposing) return;
    event.preventDefault(); /* Enter in a mark never hands the sheet in */
    const next = marks[at + step] ?? (step > 0 ? form.querySelector("textarea") : null);
    next?.focus();
    next?.select();
  });
  add();
}
