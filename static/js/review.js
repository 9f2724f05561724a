// The review tray by keyboard, and the line that parts a piece.

document.documentElement.classList.add("js");

const KEYS = new Set(["k", "d", "s", "e", "w", "m"]);
let at = 0; // which piece the keys mean; the next one moves up when it is answered

const pieces = () => [...document.querySelectorAll("[data-piece]")];

function go(to, { focus = true } = {}) {
  const all = pieces();
  if (!all.length) return;
  at = Math.max(0, Math.min(all.length - 1, to));
  for (const one of all) one.toggleAttribute("data-here", one === all[at] && focus);
  if (focus) all[at].focus();
}

document.addEventListener("keydown", (event) => {
  if (!document.querySelector("[data-tray]") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input:not([type=checkbox]), textarea, select")) return;
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  const here = pieces()[at];
  const key = event.key.toLowerCase();
  if (step) go(here?.hasAttribute("data-here") ? at + step : at);
  else if (key === "x" && here) here.querySelector("[name=id]").click();
  else if (KEYS.has(key) && here) (key === "m" ? document : here).querySelector(`[data-key="${key}"]`)?.click();
  else return;
  event.preventDefault();
});

document.addEventListener("focusin", (event) => {
  const found = event.target.closest("[data-piece]");
  if (found) go(pieces().indexOf(found), { focus: false });
});

// After an answer the next piece takes the place of the one that went; a poll keeps the chosen ones.
let chosen = [];
const isTray = (element) => element?.matches?.("[data-tray]"); // its .id is its fields named so
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (isTray(event.detail.target)) chosen = [...document.querySelectorAll("[data-piece] [name=id]:checked")].map((box) => box.value);
});
document.body.addEventListener("htmx:afterSettle", (event) => {
  if (!isTray(event.detail.target) && !isTray(event.target)) return;
  for (const box of document.querySelectorAll("[data-piece] [name=id]")) box.checked = chosen.includes(box.value);
  if (event.detail.requestConfig?.verb === "post") go(at);
});

// --- Splitting ---
const form = document.querySelector("[data-split]");
if (form) {
  const stage = form.querySelector(".split-piece__stage");
  const picture = stage.querySelector("img");
  const line = stage.querySelector("[data-line]");
  const lengthwise = () => form.elements.way.value === "lengthwise";
  const draw = () => {
    const [box, around] = [picture.getBoundingClientRect(), stage.getBoundingClientRect()];
    const share = form.elements.at.value / 100;
    line.style.cssText = lengthwise()
      ? `left:${box.left - around.left + box.width * share}px;top:0;bottom:0;width:3px`
      : `top:${box.top - around.top + box.height * share}px;left:0;right:0;height:3px`;
  };
  const drag = (event) => {
    if (event.type === "pointermove" && !event.buttons) return;
    const box = picture.getBoundingClientRect();
    const share = lengthwise() ? (event.clientX - box.left) / box.width : (event.clientY - box.top) / box.height;
    form.elements.at.value = Math.round(100 * share);
    draw();
  };
  stage.addEventListener("pointerdown", drag);
  stage.addEventListener("pointermove", drag);
  form.addEventListener("input", draw);
  picture.addEventListener("load", draw);
  addEventListener("resize", draw);
  draw();
}
