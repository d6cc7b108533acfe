/* Every page's small conveniences: the phone's menu, asking before an act that has data-confirm, moving to the error
   summary, sending a form once, reaching wide tables by keyboard, and the switches of the display.
   Never does: send or change anything by itself, keep anything, decide anything. Without this file every page works. */

const body = document.body;

function menu() {
  const button = document.querySelector("[data-menu]");
  if (!button) return;
  const panel = document.getElementById(button.getAttribute("aria-controls"));
  const show = (open) => {
    button.setAttribute("aria-expanded", String(open));
    panel.classList.toggle("is-open", open);
  };
  button.addEventListener("click", () => show(button.getAttribute("aria-expanded") !== "true"));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && button.getAttribute("aria-expanded") === "true") {
      show(false);
      button.focus();
    }
  });
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

/* Opens the native dialog and calls `go` if the person says yes. Focus starts on the way back. */
function ask(button, go) {
  const dialog = element("dialog", "dialog");
  const title = element("h2", "", button.dataset.confirmTitle || body.dataset.confirmTitle);
  title.id = "confirm-title";
  dialog.setAttribute("aria-labelledby", title.id);
  const actions = element("div", "actions is-end");
  const no = element("button", "krds-btn tertiary", button.dataset.confirmNo || body.dataset.confirmNo);
  const yesClass = button.classList.contains("danger") ? "krds-btn danger" : "krds-btn primary";
  const yes = element("button", yesClass, button.dataset.confirmYes || body.dataset.confirmYes);
  no.type = yes.type = "button";
  no.autofocus = true;
  no.addEventListener("click", () => dialog.close());
  yes.addEventListener("click", () => {
    dialog.close();
    go();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    button.focus();
  });
  actions.append(no, yes);
  dialog.append(title, element("p", "", button.dataset.confirm), actions);
  body.append(dialog);
  dialog.showModal();
}

function confirmations() {
  const agreed = new WeakSet();
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-confirm]");
    if (!button || !button.form || typeof HTMLDialogElement === "undefined") return;
    if (agreed.delete(button)) return;
    event.preventDefault();
    event.stopPropagation();
    ask(button, () => {
      agreed.add(button);
      button.click();
    });
  }, true);
  /* Enter in a text field submits through the form's first button: it arrives above as a click. */
}

function once() {
  const sent = new Set();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || "sendAgain" in form.dataset) return;
    if (sent.has(form)) {
      event.preventDefault();
      return;
    }
    sent.add(form);
    /* Later, so that the pressed button's own name and value still travel with the form. */
    setTimeout(() => {
      for (const button of form.elements) {
        if (button.type === "submit" && !button.disabled) {
          button.disabled = true;
          button.dataset.sent = "";
        }
      }
    });
  });
  /* Coming back by the back button shows the page as it was left: let it be sent again. */
  addEventListener("pageshow", () => {
    sent.clear();
    for (const button of document.querySelectorAll("button[data-sent]")) {
      button.disabled = false;
      delete button.dataset.sent;
    }
  });
}

/* A table that is wider than its place can be scrolled by keyboard, under the name of its caption. */
function wideTables() {
  for (const wrap of document.querySelectorAll(".krds-table-wrap")) {
    const wide = wrap.scrollWidth > wrap.clientWidth;
    const name = wrap.querySelector("caption")?.textContent.trim();
    for (const [key, value] of [["tabindex", "0"], ["role", name && "region"], ["aria-label", name]]) {
      if (wide && value) wrap.setAttribute(key, value);
      else wrap.removeAttribute(key);
    }
  }
}

/* display.js has put the choice in force before anything was drawn. */
function display() {
  const root = document.documentElement;
  for (const button of document.querySelectorAll("[data-display]")) {
    const { display: key, on } = button.dataset;
    button.setAttribute("aria-pressed", String(root.dataset[key] === on));
    button.addEventListener("click", () => {
      const next = root.dataset[key] === on ? "" : on;
      if (next) root.dataset[key] = next;
      else delete root.dataset[key];
      button.setAttribute("aria-pressed", String(Boolean(next)));
      try {
        localStorage.setItem(`display.${key}`, next);
      } catch (error) {
        console.warn("the choice lasts for this page only", error.name);
      }
      wideTables();
    });
  }
}

menu();
confirmations();
once();
display();
wideTables();
addEventListener("resize", wideTables);
document.querySelector("[data-error-summary]")?.focus();
