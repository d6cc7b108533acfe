/* Shows the sum of a sheet's marks in its <output data-total>; a dash while a mark is missing.
   Never does: send it or decide by it. The sum that counts is made by the server. */

for (const output of document.querySelectorAll("output[data-total]")) {
  const { form } = output;
  const add = () => {
    const marks = [...form.querySelectorAll("input[type=number]")];
    const missing = marks.some((mark) => mark.value === "");
    output.textContent = missing ? "–" : marks.reduce((sum, mark) => sum + Number(mark.value), 0);
  };
  for (const kind of ["input", "autosave:put"]) form.addEventListener(kind, add);
  add();
}
