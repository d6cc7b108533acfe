/* Saves the fields of a form one by one as they are typed: <form data-autosave="URL" data-owner="ID">.
   One write is under way at a time. Each carries a UUID made here and the version of the field that its author was
   looking at, and is repeated with the same UUID until the server has answered. Until then it is kept on this device.
   Never does: overwrite a newer value without being told to, say "saved" before the server has said so, send a form,
   throw away what was typed. Without this file the form is sent whole by its button.
   docs/look.md tells what the form, the words and the server's answers must be. */

const DELAY = 600; /* ms after the last key */
const PATIENCE = 15000; /* ms for one answer */
const BACK_OFF = [1000, 2000, 4000, 8000, 15000, 30000]; /* ms */
const SUBMIT_WAIT = 8000; /* ms that a press of the button waits for the last writes */
const NOT_SAVED = ["hidden", "submit", "button", "reset", "file", "password", "image"];
const words = document.getElementById("autosave-words")?.dataset ?? {};

/* A browser may refuse its store altogether: then nothing is kept here, and no state says that it is. */
const store = (() => {
  try {
    return localStorage;
  } catch (error) {
    console.warn("autosave: this device keeps nothing", error.name);
    return null;
  }
})();

/* crypto.randomUUID exists on HTTPS and localhost only; a hall's plain HTTP has getRandomValues. */
function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function make(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

function button(className, text, press) {
  const made = make("button", `krds-btn small ${className}`, text);
  made.type = "button";
  made.addEventListener("click", press);
  return made;
}

const plain = (value) => (value === null || value === undefined ? "" : typeof value === "number" ? String(value) : value);
const same = (one, other) => JSON.stringify(plain(one)) === JSON.stringify(plain(other));
const say = (text, values) => (text ?? "").replace(/\{(\w+)\}/g, (_, name) => values[name]);
const clock = (moment) => new Date(moment).toLocaleTimeString(document.documentElement.lang, {
  hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Seoul",
});

class Autosave {
  constructor(form) {
    this.form = form;
    this.url = form.dataset.autosave;
    this.prefix = form.dataset.versionField || "version_";
    this.key = `jangwon:${form.dataset.owner ?? ""}:${this.url}#`;
    this.tab = uuid();
    this.fields = new Map();
    this.queue = [];
    this.busy = null;
    this.failures = 0;
    this.stopped = "";
    for (const control of form.elements) if (this.mine(control)) this.field(control.name);
    this.summary = form.querySelector("[data-autosave-summary]") ?? form.appendChild(make("p", "save-state"));
    this.summary.setAttribute("role", "status");
    this.listen();
    this.offer();
  }

  listen() {
    for (const kind of ["input", "change"]) {
      this.form.addEventListener(kind, (event) => this.mine(event.target) && this.typed(event.target.name));
    }
    this.form.addEventListener("focusout", (event) => this.mine(event.target) && this.hurry());
    this.form.addEventListener("submit", (event) => this.submitted(event));
    addEventListener("online", () => this.again());
    document.addEventListener("visibilitychange", () => document.hidden && this.hurry());
    addEventListener("beforeunload", (event) => {
      if (this.unsent() && !this.leaving && !["login", "closed"].includes(this.stopped)) event.preventDefault();
    });
  }

  /* ---- the form's fields ---- */

  mine(control) {
    return Boolean(control.name) && !NOT_SAVED.includes(control.type) && !control.disabled && !control.readOnly
      && control.tagName !== "BUTTON" && !control.closest("[data-autosave-ignore]");
  }

  controls(name) {
    return [...this.form.elements].filter((control) => control.name === name && this.mine(control));
  }

  field(name) {
    if (!this.fields.has(name)) {
      const version = this.form.elements.namedItem(this.prefix + name)?.value ?? this.controls(name)[0].dataset.version;
      this.fields.set(name, { saved: this.read(name), version: Number(version ?? 0), write: null, due: 0 });
    }
    return this.fields.get(name);
  }

  read(name) {
    const [control, ...others] = this.controls(name);
    if (control.type === "radio") return [control, ...others].find((one) => one.checked)?.value ?? "";
    if (control.type === "checkbox" && others.length === 0) return control.checked;
    if (control.type === "checkbox") return [control, ...others].filter((one) => one.checked).map((one) => one.value);
    return control.value;
  }

  put(name, value) {
    for (const control of this.controls(name)) {
      if (control.type === "radio") control.checked = same(control.value, value);
      else if (control.type === "checkbox") control.checked = Array.isArray(value) ? value.includes(control.value) : value === true;
      else control.value = plain(value);
    }
    this.controls(name)[0].dispatchEvent(new CustomEvent("autosave:put", { bubbles: true }));
  }

  label(name) {
    const [control] = this.controls(name);
    return (control.closest("fieldset.form-group")?.querySelector("legend") ?? control.labels?.[0])?.firstChild?.textContent.trim() || name;
  }

  version(name, version) {
    this.field(name).version = version;
    const kept = this.form.elements.namedItem(this.prefix + name);
    if (kept) kept.value = version;
  }

  unsent() {
    return this.busy !== null || this.queue.length > 0 || this.troubles().length > 0;
  }

  troubles() {
    return [...this.fields].filter(([, field]) => field.conflict || field.refused !== undefined || field.unreadable).map(([name]) => name);
  }

  /* ---- what the person sees ---- */

  state(name, state, text) {
    let place = this.form.querySelector(`[data-state-for="${CSS.escape(name)}"]`);
    if (!place) {
      place = make("p", "save-state");
      place.dataset.stateFor = name;
      this.controls(name).at(-1).after(place);
    }
    place.dataset.state = state;
    place.textContent = text;
    return place;
  }

  /* One line for the whole form, read out by screen readers; the lines at the fields are silent. */
  tell() {
    const trouble = this.troubles();
    const text = this.stopped ? "" : this.failures > 1 ? words.away
      : trouble.length ? say(words.trouble, { fields: trouble.map((name) => this.label(name)).join(", ") })
        : this.busy || this.queue.length ? words.saving : this.everSaved ? words.allSaved : "";
    if (this.summary.textContent !== text) this.summary.textContent = text ?? "";
    this.summary.dataset.state = this.failures > 1 ? "device" : trouble.length ? "refused" : "saved";
  }

  notice(kind, text, ...more) {
    this.form.querySelector(`[data-autosave-notice="${kind}"]`)?.remove();
    const box = make("div", `notice ${kind === "offer" ? "is-warning" : "is-error"}`);
    box.dataset.autosaveNotice = kind;
    box.setAttribute("role", kind === "offer" ? "status" : "alert");
    const inside = make("div", "notice__body");
    inside.append(make("p", "", text), ...more);
    box.append(inside);
    this.form.prepend(box);
    return box;
  }

  /* ---- kept on this device ---- */

  keep(name) {
    const { write, version } = this.field(name);
    const kept = { tab: this.tab, value: this.read(name), based_on: version, write, typed: Date.now() };
    try {
      store?.setItem(this.key + name, JSON.stringify(kept));
      return store !== null;
    } catch (error) {
      console.warn("autosave: the store of this device is full", error.name);
      return false;
    }
  }

  forget(name) {
    if (this.kept(name)?.tab === this.tab) store.removeItem(this.key + name);
  }

  kept(name) {
    const text = store?.getItem(this.key + name);
    return text ? JSON.parse(text) : null;
  }

  /* What an earlier visit could not send: shown, and put back only if the person says so. */
  offer() {
    const found = [];
    for (const name of this.fields.keys()) {
      const kept = this.kept(name);
      if (kept && same(kept.value, this.read(name))) store.removeItem(this.key + name);
      else if (kept) found.push([name, kept]);
    }
    if (!found.length) return;
    const list = make("ul", "list");
    for (const [name, kept] of found) list.append(make("li", "", `${this.label(name)} (${clock(kept.typed)}): ${plain(kept.value)}`));
    const actions = make("div", "actions");
    const box = this.notice("offer", say(words.offer, { count: found.length }), list, actions);
    actions.append(
      button("primary", words.restore, () => {
        box.remove();
        for (const [name, kept] of found) this.restore(name, kept);
      }),
      button("tertiary", words.discard, () => {
        box.remove();
        for (const [name] of found) if (this.kept(name)?.tab !== this.tab) store?.removeItem(this.key + name);
      }),
    );
  }

  /* With the version that its author saw then: if the server has moved on since, it answers with a conflict. */
  restore(name, kept) {
    const field = this.field(name);
    const typedSince = !same(this.read(name), field.saved);
    if (typedSince) {
      this.conflict(name, { value: kept.value, version: field.version, here: true });
      return;
    }
    this.put(name, kept.value);
    field.write = kept.write;
    field.version = kept.based_on;
    this.typed(name);
    this.hurry();
  }

  /* ---- the queue ---- */

  typed(name) {
    const field = this.field(name);
    const [control] = this.controls(name);
    field.refused = undefined;
    field.unreadable = Boolean(control.validity?.badInput); /* "1e" in a number field reads as empty: not a clearing */
    if (!field.conflict) control.removeAttribute("aria-invalid");
    if (field.unreadable) {
      this.drop(name);
      this.state(name, "refused", words.unreadable);
    } else if (!field.conflict && !field.write && same(this.read(name), field.saved)) {
      this.drop(name);
      this.forget(name);
      this.state(name, "", "");
    } else if (this.stopped || field.conflict) {
      this.keep(name);
      const shown = this.form.querySelector(`[data-conflict-for="${CSS.escape(name)}"] .conflict__value`);
      if (shown) shown.textContent = String(plain(this.read(name))) || words.empty;
    } else {
      if (!this.queue.includes(name)) this.queue.push(name);
      this.state(name, "device", this.keep(name) ? words.device : words.saving);
      field.due = Date.now() + DELAY;
      this.pump();
    }
    this.tell();
  }

  drop(name) {
    this.queue = this.queue.filter((one) => one !== name);
  }

  hurry() {
    for (const name of this.queue) this.field(name).due = 0;
    this.pump();
  }

  again() {
    this.resting = false;
    this.hurry();
  }

  pump() {
    clearTimeout(this.timer);
    if (this.busy || this.stopped || this.resting || !this.queue.length) return;
    const next = this.queue.find((name) => this.field(name).due <= Date.now());
    if (next) {
      this.send(next);
      return;
    }
    const soonest = Math.min(...this.queue.map((name) => this.field(name).due));
    this.timer = setTimeout(() => this.pump(), soonest - Date.now());
  }

  async send(name) {
    const field = this.field(name);
    this.busy = name;
    /* A write without an answer may have been stored: it is repeated as it was before anything newer is sent. */
    field.write ??= { field: name, value: this.read(name), based_on: field.version, write: uuid() };
    this.keep(name);
    if (this.failures < 2) this.state(name, "saving", words.saving);
    this.tell();
    const { status, answer } = await this.ask(JSON.stringify(field.write));
    this.busy = null;
    this.answered(name, field, status, answer);
    this.tell();
    this.settle();
    this.pump();
  }

  /* The answer of the server, or status 0 where there was none that means anything. */
  async ask(body) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), PATIENCE);
    try {
      const response = await fetch(this.url, {
        method: "POST",
        body,
        headers: {
          "Content-Type": "application/json",
          Accept: "application/json",
          "X-CSRFToken": this.form.elements.namedItem("csrfmiddlewaretoken")?.value ?? "",
        },
        credentials: "same-origin",
        redirect: "manual", /* to the log-in page */
        keepalive: document.hidden && body.length < 60000,
        signal: abort.signal,
      });
      if (response.type === "opaqueredirect") return { status: 401, answer: {} };
      const json = (response.headers.get("Content-Type") ?? "").includes("json");
      return { status: response.status, answer: json ? await response.json() : null };
    } catch (error) {
      console.info("autosave: no answer", error.name);
      return { status: 0, answer: null };
    } finally {
      clearTimeout(timer);
    }
  }

  answered(name, field, status, answer) {
    const known = answer !== null && typeof answer === "object";
    if (status === 200 && known && answer.version !== undefined) this.saved(name, field, answer);
    else if (status === 409 && known && answer.code === "conflict") this.conflicted(name, field, answer);
    else if (status === 422 && known) this.refuse(name, field, answer.message);
    else if (status === 401 || (status === 403 && !answer?.message)) this.halt("login");
    else if ([403, 404, 409, 410].includes(status)) this.halt("closed", answer?.message);
    else if (status >= 400 && status < 500 && ![408, 425, 429].includes(status)) this.refuse(name, field, words.failed);
    else this.rest(name);
  }

  saved(name, field, answer) {
    this.failures = 0;
    this.everSaved = true;
    field.saved = field.write.value;
    field.write = null;
    this.version(name, answer.version);
    const untouched = same(this.read(name), field.saved);
    const [control] = this.controls(name);
    if (untouched && answer.value !== undefined && !same(answer.value, field.saved) && document.activeElement !== control) {
      this.put(name, answer.value);
      field.saved = this.read(name);
    }
    if (!untouched) {
      this.keep(name);
      return;
    }
    this.drop(name);
    this.forget(name);
    this.state(name, "saved", say(words.saved, { time: clock(answer.at ?? Date.now()) }));
  }

  refuse(name, field, message) {
    this.failures = 0;
    const refused = field.write.value;
    field.write = null;
    if (!same(this.read(name), refused)) return; /* already typed anew: that goes next */
    field.refused = refused;
    this.drop(name);
    this.keep(name);
    this.controls(name)[0].setAttribute("aria-invalid", "true");
    this.state(name, "refused", message || words.failed);
  }

  rest(name) {
    const wait = BACK_OFF[Math.min(this.failures, BACK_OFF.length - 1)] * (0.8 + 0.4 * Math.random());
    this.failures += 1;
    this.resting = true;
    this.state(name, "device", words.device);
    clearTimeout(this.restTimer);
    this.restTimer = setTimeout(() => this.again(), wait);
  }

  /* Nothing more can be sent from this page. What was typed stays on the screen and on the device. */
  halt(why, message) {
    this.stopped = why;
    for (const name of this.queue) {
      this.keep(name);
      this.state(name, "device", words.device);
    }
    const more = [];
    if (why === "login" && words.loginUrl) {
      const link = make("a", "krds-btn small primary", words.loginLink);
      link.href = `${words.loginUrl}?next=${encodeURIComponent(location.pathname + location.search)}`;
      const actions = make("div", "actions");
      actions.append(link);
      more.push(actions);
    }
    this.notice(why, why === "login" ? words.login : `${message || words.closed} ${words.closedKept}`, ...more);
  }

  /* ---- two versions of one field ---- */

  conflicted(name, field, answer) {
    this.failures = 0;
    field.write = null;
    this.drop(name);
    if (same(answer.value, this.read(name))) {
      field.saved = this.read(name);
      this.version(name, answer.version);
      this.forget(name);
      this.state(name, "saved", words.allSaved);
      return;
    }
    this.conflict(name, { value: answer.value, version: answer.version });
  }

  conflict(name, other) {
    const field = this.field(name);
    field.conflict = other;
    this.keep(name);
    const state = this.state(name, "conflict", words.conflict);
    this.form.querySelector(`[data-conflict-for="${CSS.escape(name)}"]`)?.remove();
    const box = make("div", "conflict");
    box.dataset.conflictFor = name;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", `${this.label(name)}: ${words.conflict}`);
    const versions = make("div", "conflict__versions");
    const side = (title, value, press) => {
      const column = make("div");
      column.append(make("h4", "", title[0]), make("div", "conflict__value", String(plain(value)) || words.empty), button("tertiary", title[1], press));
      return column;
    };
    versions.append(
      side([words.mine, words.keepMine], this.read(name), () => this.choose(name, box, true)),
      side([words.other, words.takeOther], other.value, () => this.choose(name, box, false)),
    );
    box.append(make("p", "", words.conflictHelp), versions);
    state.after(box);
  }

  choose(name, box, mine) {
    const field = this.field(name);
    const { value, version, here } = field.conflict;
    field.conflict = undefined;
    box.remove();
    this.version(name, version);
    if (!here) field.saved = value; /* else both versions are of this device, and the server has neither */
    if (!mine) this.put(name, value);
    this.controls(name)[0].focus();
    this.typed(name);
    this.hurry();
  }

  /* ---- the form's own button ---- */

  submitted(event) {
    if (this.passing || this.stopped === "closed") {
      this.leaving = true;
      return;
    }
    if (!this.unsent()) return;
    event.preventDefault();
    if (this.stopped) {
      this.form.querySelector("[data-autosave-notice]")?.scrollIntoView();
      return;
    }
    if (this.waiting) return;
    this.waiting = { submitter: event.submitter, timer: setTimeout(() => this.giveUp(words.submitAway), SUBMIT_WAIT) };
    this.again();
    this.settle();
  }

  /* Refused values may go: the server answers them with its own words on the whole form. */
  settle() {
    if (!this.waiting) return;
    const open = this.troubles().find((name) => this.field(name).conflict || this.field(name).unreadable);
    if (this.stopped || open) {
      this.giveUp(this.stopped ? "" : words.submitTrouble);
      if (open) this.controls(open)[0].focus();
    } else if (!this.busy && !this.queue.length) {
      const { submitter, timer } = this.waiting;
      clearTimeout(timer);
      this.waiting = null;
      this.passing = true;
      this.form.requestSubmit(submitter);
      this.passing = false;
    }
  }

  giveUp(text) {
    clearTimeout(this.waiting?.timer);
    this.waiting = null;
    if (text) this.notice("submit", text);
  }
}

for (const form of document.querySelectorAll("form[data-autosave]")) new Autosave(form);
