/* Tells under a field with data-limit how many characters are written. Counts as the server does: in NFC, a line end as
   one. Never cuts, never refuses: the server does. */

const words = document.getElementById("counter-words").dataset;
const say = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name].toLocaleString());

function counter(control) {
  const limit = Number(control.dataset.limit);
  const place = document.createElement("p");
  const show = () => {
    const count = [...control.value.normalize("NFC").replace(/\r\n?/g, "\n")].length;
    const over = count - limit;
    place.className = over > 0 ? "form-hint-invalid" : "subtle num";
    place.setAttribute("aria-live", over > 0 ? "polite" : "off");
    place.textContent = over > 0 ? say(words.over, { over }) : say(words.count, { count, limit });
  };
  control.after(place);
  control.addEventListener("input", show);
  control.addEventListener("autosave:put", show);
  show();
}

for (const control of document.querySelectorAll("[data-limit]")) counter(control);
