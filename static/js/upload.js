// Photos by drop, picker, camera or paste: one request a file, two at a time, a bar each.
// What has arrived is the server's to show (#photo-progress), so a reload loses nothing of it.

import { takeShared } from "./shared.js";
import { isReachable, keepForLater, toast } from "./site.js";

const AT_ONCE = 2;
const form = document.getElementById("photo-form");
const section = document.getElementById("photo-sending");
const rows = section.querySelector("[data-rows]");
const count = section.querySelector("[data-count]");
const template = document.getElementById("photo-row");
const text = form.dataset;
const queue = [];
let active = 0;

function add(files) {
  for (const file of files) queue.push(entry(file));
  refresh();
  next();
}

/** A row of the list and what is known of its file. */
function entry(file) {
  const row = template.content.firstElementChild.cloneNode(true);
  const one = { file, row, state: "waiting" };
  row.querySelector("[data-name]").textContent = file.name;
  const preview = row.querySelector("[data-preview]");
  // Browsers show no HEIC; a broken picture would look like a failed upload.
  preview.addEventListener("error", () => preview.removeAttribute("src"));
  preview.addEventListener("load", () => URL.revokeObjectURL(preview.src), { once: true });
  preview.src = URL.createObjectURL(file);
  const again = row.querySelector("[data-retry]");
  again.textContent = text.again;
  again.addEventListener("click", () => { set(one, "waiting"); queue.push(one); next(); });
  const drop = row.querySelector("[data-drop]");
  drop.setAttribute("aria-label", text.remove);
  drop.addEventListener("click", () => { row.remove(); refresh(); });
  rows.append(row);
  set(one, "waiting");
  return one;
}

function set(one, state, sentence) {
  one.state = state;
  const failed = state === "refused" || state === "lost";
  one.row.classList.toggle("photo-row--failed", failed);
  const line = one.row.querySelector("[data-state]");
  line.textContent = sentence ?? text[state] ?? "";
  line.classList.toggle("photo-row__problem", failed);
  one.row.querySelector("[data-meter]").hidden = failed;
  one.row.querySelector("[data-retry]").hidden = state !== "lost";
  one.row.querySelector("[data-drop]").hidden = !failed;
}

function advance(one, share) {
  const meter = one.row.querySelector("[data-meter]");
  meter.style.setProperty("--value", share);
  meter.setAttribute("aria-valuenow", Math.round(share * 100));
  if (share === 1) set(one, "checking");
}

function refresh() {
  section.hidden = !rows.childElementCount;
  const left = queue.length + active;
  count.textContent = left ? String(left) : "";
}

function next() {
  while (active < AT_ONCE && queue.length) send(queue.shift());
  refresh();
}

function send(one) {
  if (one.file.size > Number(text.maxBytes)) {
    set(one, "refused", text.tooHeavy);
    return;
  }
  active += 1;
  set(one, "sending");
  const body = new FormData();
  body.append("photos", one.file, one.file.name);
  const request = new XMLHttpRequest(); // fetch cannot tell how much of the body has gone
  request.open("POST", form.action);
  request.responseType = "json";
  request.setRequestHeader("Accept", "application/json");
  request.setRequestHeader("X-CSRFToken", form.querySelector("[name=csrfmiddlewaretoken]").value);
  request.upload.addEventListener("progress", (event) => event.lengthComputable && advance(one, event.loaded / event.total));
  request.addEventListener("load", () => answered(one, request));
  request.addEventListener("error", () => {
    // Without a network at all it waits in the service worker, also when this page is closed.
    if (isReachable() || !keepForLater(new URL(form.action).pathname, [["photos", one.file]])) set(one, "lost");
    else { one.row.remove(); refresh(); }
  });
  request.addEventListener("loadend", () => { active -= 1; next(); });
  request.send(body);
}

function answered(one, request) {
  const answer = request.response;
  if (request.responseURL && new URL(request.responseURL).pathname !== new URL(form.action).pathname) {
    set(one, "refused", text.signedOut);
  } else if (!answer?.outcome) {
    set(one, "lost", document.body.dataset.textFailed);
  } else if (answer.outcome === "added") {
    one.row.remove();
    changed();
  } else if (answer.outcome === "duplicate") {
    const row = document.createElement("li");
    row.innerHTML = answer.html; // our own template, with the file's name escaped in it
    one.row.replaceWith(row);
    htmx.process(row);
  } else {
    set(one, "refused", answer.message);
  }
}

let soon;
/** Has the list of what is on its way drawn anew, once for several arrivals. */
function changed() {
  clearTimeout(soon);
  soon = setTimeout(() => htmx.trigger(document.body, "photos-changed"), 150);
}

// A row that an answer emptied ("add it anyway") is done.
new MutationObserver(() => {
  for (const row of rows.children) if (!row.childElementCount) row.remove();
  refresh();
}).observe(rows, { childList: true, subtree: true });

for (const input of form.querySelectorAll("input[type=file]")) {
  input.addEventListener("change", () => { add(input.files); input.value = ""; });
}
form.addEventListener("submit", (event) => event.preventDefault());

// The whole window takes a drop: whoever misses the frame should not leave the page.
let depth = 0;
const over = (value) => { if (value) document.body.dataset.dragging = ""; else delete document.body.dataset.dragging; };
const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
addEventListener("dragenter", (event) => { if (hasFiles(event)) { depth += 1; over(true); } });
addEventListener("dragleave", (event) => { if (hasFiles(event) && (depth -= 1) <= 0) { depth = 0; over(false); } });
addEventListener("dragover", (event) => { if (hasFiles(event)) event.preventDefault(); });
addEventListener("drop", async (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  depth = 0;
  over(false);
  add(await dropped(event.dataTransfer));
});

/** The files of a drop, those inside dropped folders too. */
async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((one) => one.isDirectory)) return [...transfer.files];
  const files = [];
  const walk = async (one) => {
    if (one.isFile) files.push(await new Promise((done, failed) => one.file(done, failed)));
    else {
      const reader = one.createReader();
      for (;;) { // a reader gives a hundred at a time
        const part = await new Promise((done, failed) => reader.readEntries(done, failed));
        if (!part.length) break;
        for (const inner of part) await walk(inner);
      }
    }
  };
  for (const one of entries) await walk(one);
  return files.filter((file) => !file.name.startsWith("."));
}

addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files ?? [])];
  if (files.length) add(files);
});

addEventListener("beforeunload", (event) => { if (active || queue.length) event.preventDefault(); });
addEventListener("online", () => {
  // Back on the network: what was lost goes again by itself.
  for (const button of rows.querySelectorAll("[data-retry]:not([hidden])")) button.click();
});
addEventListener("offline", () => toast(document.body.dataset.textOffline));
document.documentElement.classList.add("js");

// Photos that another app shared, kept by the service worker until now.
if (new URLSearchParams(location.search).has("shared")) {
  const files = await takeShared();
  history.replaceState(null, "", location.pathname);
  if (files.length) add(files);
}
