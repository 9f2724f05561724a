// A photo by picker, camera, drop, paste or another app's share: sent as soon as it is there.

import { takeShared } from "./shared.js";

const form = document.getElementById("inspiration-form");
const file = document.getElementById("inspiration-file");
const camera = document.getElementById("inspiration-camera");
const drop = form.querySelector("[data-drop]");
let isSent = false;

function take(files) {
  const one = [...files].find((each) => each.type.startsWith("image/") || !each.type);
  if (!one) return;
  const chosen = new DataTransfer();
  chosen.items.add(one);
  file.files = chosen.files;
  send();
}

function send() {
  if (isSent || !file.files.length) return;
  form.requestSubmit();
}

form.addEventListener("submit", () => {
  isSent = true;
  form.setAttribute("aria-busy", "true");
  form.querySelector("[data-said]").textContent = form.dataset.sending;
});
// Back from the answer's page: another one may be sent.
addEventListener("pageshow", () => { isSent = false; form.removeAttribute("aria-busy"); form.querySelector("[data-said]").textContent = ""; });
file.addEventListener("change", send);
camera.addEventListener("change", () => take(camera.files));
for (const name of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    event.preventDefault();
    drop.toggleAttribute("data-over", name === "dragover");
    if (name === "drop") take(event.dataTransfer.files);
  });
}
document.addEventListener("paste", (event) => { if (event.clipboardData?.files.length) take(event.clipboardData.files); });
document.documentElement.classList.add("js");

if (new URLSearchParams(location.search).has("shared")) {
  const files = await takeShared();
  history.replaceState(null, "", location.pathname);
  if (files.length) take(files);
}
