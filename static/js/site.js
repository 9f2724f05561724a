// What every page shares: toasts with undo, dialogs, menus, errors of htmx requests.

const area = document.getElementById("toasts");

/** Shows a line at the bottom; `undo` is {label, action} or nothing. */
export function toast(text, undo) {
  // Said again it is the same line; only an undo is one of its own.
  if (!undo) for (const box of [...area.children]) if (box.textContent === text) box.remove();
  const box = document.createElement("div");
  box.className = "toast";
  box.textContent = text;
  if (undo) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "toast__undo";
    button.textContent = undo.label;
    button.addEventListener("click", () => { box.remove(); undo.action(); });
    box.append(button);
  }
  area.append(box);
  expire(box);
}

/** The way back in for a toast: sign-in leads to this page again. */
function signIn(to) {
  return { label: document.body.dataset.textSignIn, action: () => location.assign(`${to}?next=${encodeURIComponent(location.pathname + location.search)}`) };
}

function expire(box) {
  // An undo stays long enough to be reached by keyboard, a warning to be read, and each for as long as it is pointed at.
  const warns = ["warning", "error"].includes(box.dataset.toast);
  let timer = setTimeout(() => box.remove(), warns ? 20000 : box.querySelector("button, a") ? 10000 : 5000);
  box.addEventListener("pointerenter", () => clearTimeout(timer));
  box.addEventListener("pointerleave", () => { timer = setTimeout(() => box.remove(), 2500); });
}

/** fetch with the CSRF token; throws an Error whose message a person may read. */
export async function send(url, { method = "POST", body, headers = {} } = {}) {
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  const isJson = body && !(body instanceof FormData) && !(body instanceof Blob);
  let answer;
  try {
    answer = await fetch(url, {
      method,
      headers: { "X-CSRFToken": token, Accept: "application/json", ...(isJson ? { "Content-Type": "application/json" } : {}), ...headers },
      body: isJson ? JSON.stringify(body) : body,
    });
  } catch {
    throw new Error(document.body.dataset.textOffline);
  }
  const data = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : null;
  if (answer.status === 401 && data?.extra?.sign_in) throw Object.assign(new Error(data.message), { signIn: signIn(data.extra.sign_in) });
  if (!answer.ok) throw Object.assign(new Error(data?.message ?? answer.statusText), { status: answer.status, extra: data?.extra });
  return data;
}

for (const box of document.querySelectorAll("[data-toast]")) expire(box);

// The server may send a toast with any htmx answer: HX-Trigger: {"toast": {"text": ..., "undo": {"label", "url"}}}
document.body.addEventListener("toast", (event) => {
  const { text, undo } = event.detail;
  toast(text, undo && { label: undo.label, action: () => htmx.ajax("POST", undo.url, { target: undo.target ?? "body", swap: undo.swap ?? "none" }) });
});

document.body.addEventListener("htmx:responseError", (event) => {
  const answer = event.detail.xhr;
  // What another tab or device removed meanwhile is told as that.
  let text = answer.status === 404 ? document.body.dataset.textGone : document.body.dataset.textFailed;
  let way;
  try {
    const { message, extra } = JSON.parse(answer.responseText);
    text = message ?? text;
    if (answer.status === 401 && extra?.sign_in) way = signIn(extra.sign_in);
  } catch { /* not JSON: keep the sentence */ }
  toast(text, way);
});
document.body.addEventListener("htmx:sendError", ({ detail }) => {
  // Of what a page loads by itself the line at its top tells.
  if (isReachable() || detail.requestConfig?.verb !== "get") toast(document.body.dataset.textOffline);
});

// <button data-dialog="id"> opens <dialog id>; [data-close] and a click beside it close it.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  if (event.target instanceof HTMLDialogElement) event.target.close();
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") for (const menu of document.querySelectorAll("details[data-menu][open]")) { menu.open = false; menu.querySelector("summary").focus(); }
});

// Forms that only filter submit themselves.
document.addEventListener("change", (event) => event.target.closest("form[data-autosubmit]")?.requestSubmit());

// --- The installed app: see templates/pwa/service_worker.js ---
const words = document.body.dataset;
const csrf = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
if ("serviceWorker" in navigator) {
  const { member, worker } = words;
  const known = Boolean(navigator.serviceWorker.controller);
  // A first visit's worker fetches what it keeps once the page is there, not beside it.
  const register = () => navigator.serviceWorker.register(worker).catch(() => { /* private windows and plain http have none: the site works without */ });
  if (known || document.readyState === "complete") register();
  else addEventListener("load", () => (window.requestIdleCallback ?? setTimeout)(register), { once: true });
  navigator.serviceWorker.ready.then(({ active }) => {
    // What one member read is not for the next one, nor for whoever finds them signed out.
    const before = localStorage.getItem("member") ?? "";
    if (before && before !== member) active?.postMessage({ type: "forget", member });
    localStorage.setItem("member", member);
    const here = () => active?.postMessage({ type: "here", member, token: csrf() });
    here(); // what waited for a network goes now
    if (!known && member) active?.postMessage({ type: "seen", url: location.href }); // read before there was a worker to keep it
    addEventListener("online", here);
  }).catch(() => {});
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data.type === "last-seen") tellNetwork(false);
    if (data.type === "waits") toast(words.textWaits.replace("{n}", data.count));
    if (data.type === "sent") {
      if (data.sent) toast(words.textSent.replace("{n}", data.sent), { label: words.textReload, action: () => location.reload() });
      for (const { status, text } of data.refused) toast(`${words.textConflict} ${text || (status === 404 ? words.textGone : "")}`);
    }
  });
  // A new version took over below this page: it goes on as it is, and says so.
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (known) toast(words.textNewVersion, { label: words.textReload, action: () => location.reload() });
  });
  document.addEventListener("submit", (event) => {
    if (/\/account\/logout\/$/.test(event.target.getAttribute("action") ?? location.pathname)) navigator.serviceWorker.controller?.postMessage({ type: "forget", byHand: true });
  });
}

/** Keeps a request for when there is a network; false where the browser cannot. */
export function keepForLater(path, entries) {
  const worker = navigator.serviceWorker?.controller;
  worker?.postMessage({ type: "keep", path, entries, token: csrf() });
  return Boolean(worker);
}

const banner = document.createElement("p");
banner.className = "offline-line";
banner.textContent = document.body.dataset.textLastSeen;
/** Whether the server can be reached, as far as is known: a page that came from the cache says no, whatever the browser thinks. */
export const isReachable = () => !banner.isConnected;
function tellNetwork(isThere) { if (isThere) banner.remove(); else document.body.prepend(banner); }
addEventListener("online", () => tellNetwork(true));
addEventListener("offline", () => tellNetwork(false));
tellNetwork(navigator.onLine);

addEventListener("beforeinstallprompt", (event) => {
  const button = document.querySelector("[data-install]");
  if (!button) return;
  event.preventDefault();
  button.hidden = false;
  button.addEventListener("click", async () => { await event.prompt(); button.hidden = true; }, { once: true });
});
