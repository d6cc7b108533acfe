/* Sets htmx up for pages that refresh by themselves, and says on the page when they no longer do.
   Remembers each answer's ETag and sends it with the next request: htmx alone would swap at every 304, because the
   browser turns it into a 200, and what is being typed inside would go.
   Never does: put a log-in page or an error page in place of what is shown, keep pages in the browser's store. */

/* global htmx */
htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.allowScriptTags = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0;
htmx.config.timeout = 15000;
htmx.config.responseHandling = [
  { code: "304", swap: false },
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "[45]..", swap: false, error: true },
];

const etags = new Map();
const keyOf = ({ elt, path }) => `${elt.id}|${path}`;
const asked = new WeakMap();

document.addEventListener("htmx:configRequest", ({ detail }) => {
  const etag = detail.verb === "get" && etags.get(keyOf(detail));
  if (etag) detail.headers["If-None-Match"] = etag;
});

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  asked.set(detail.xhr, keyOf({ elt: detail.elt, path: detail.requestConfig.path }));
});

/* A redirect was followed to another page, to log in most likely: what is shown stays. */
function strayed(detail) {
  const { xhr, pathInfo } = detail;
  return Boolean(xhr.responseURL) && new URL(xhr.responseURL).pathname !== new URL(pathInfo.requestPath, location).pathname
    && detail.requestConfig.verb === "get";
}

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (strayed(detail)) detail.shouldSwap = false;
});

let lastGood = new Date();

function show(word) {
  const time = lastGood.toLocaleTimeString(document.documentElement.lang, {
    hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false, timeZone: "Asia/Seoul",
  });
  for (const place of document.querySelectorAll("[data-live-status]")) {
    const text = word ? (place.dataset[word] ?? "").replace("{time}", time) : "";
    if (place.textContent !== text) place.textContent = text;
    place.dataset.state = word || "live";
  }
}

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const { xhr, requestConfig } = detail;
  if (requestConfig.verb !== "get") return;
  if (strayed(detail) || xhr.status === 401 || xhr.status === 403) {
    show("login");
  } else if (xhr.status === 200 || xhr.status === 304) {
    const etag = xhr.status === 200 && xhr.getResponseHeader("ETag");
    if (etag) etags.set(asked.get(xhr), etag);
    lastGood = new Date();
    show("");
  } else {
    show("stale");
  }
});

addEventListener("offline", () => show("stale"));
