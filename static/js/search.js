// Colours picked for a search, and a photo dropped or pasted.

const form = document.getElementById("search");
const field = form.querySelector('input[name="palette"]');
const picked = form.querySelector("[data-picked]");
const pick = form.querySelector("[data-pick]");

function colours() { return field.value ? field.value.split(",") : []; }

// Each colour with its share; a single one has none to divide.
function show() {
  const all = colours();
  picked.replaceChildren(...all.map((colour, index) => {
    const [code, share = "50"] = colour.split(":");
    const one = document.createElement("span");
    const remove = document.createElement("button");
    remove.type = "button";
    remove.style.setProperty("--colour", code);
    remove.setAttribute("aria-label", `${picked.dataset.textRemove} ${code}`);
    remove.addEventListener("click", () => set(all.filter((_, at) => at !== index)));
    one.append(remove);
    if (all.length > 1) {
      const slider = Object.assign(document.createElement("input"), { type: "range", min: 5, max: 100, step: 5, value: share });
      slider.setAttribute("aria-label", `${picked.dataset.textShare} ${code}`);
      slider.addEventListener("change", (event) => {
        event.stopPropagation();
        set(all.with(index, `${code}:${slider.value}`));
      });
      one.append(slider);
    }
    return one;
  }));
  pick.disabled = all.length >= 5;
}
function set(list) {
  field.value = list.slice(0, 5).join(",");
  show();
  field.dispatchEvent(new Event("change", { bubbles: true }));
}
pick.addEventListener("change", (event) => { event.stopPropagation(); set([...colours(), `${pick.value}:50`]); });
show();

// One value a facet: choosing another replaces it.
document.addEventListener("change", (event) => {
  const box = event.target;
  if (box.matches?.('.found__filter input[type="checkbox"]') && box.checked) {
    for (const other of document.querySelectorAll(`.found__filter input[name="${box.name}"]`)) if (other !== box) other.checked = false;
  }
  if (box.form === form && !form.contains(box)) form.requestSubmit();
}, true);

// Filters: beside the results on wide screens, a sheet from below on phones that stays open while one chooses.
const wide = matchMedia("(min-width: 60rem)");
let isOpen = false;
function filters() { return document.querySelector(".found__filter"); }
function place() { const found = filters(); if (found) found.open = wide.matches || isOpen; }
wide.addEventListener("change", () => { isOpen = false; place(); });
document.addEventListener("htmx:beforeSwap", () => { isOpen = !wide.matches && Boolean(filters()?.open); });
document.addEventListener("htmx:afterSwap", place);
document.addEventListener("click", (event) => {
  const found = filters();
  if (wide.matches || !found?.open) return;
  // The sheet ends by its button, and by a touch beside it.
  if (event.target.closest(".found__done") || event.target === found) found.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !wide.matches && filters()?.open) filters().open = false;
});
place();

const dialog = document.getElementById("by-photo");
const file = dialog.querySelector('input[type="file"]');
const drop = dialog.querySelector("[data-drop]");
file.addEventListener("change", () => file.files.length && dialog.querySelector("form").requestSubmit());
for (const name of ["dragover", "dragleave", "drop"]) {
  drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.toggleAttribute("data-over", name === "dragover");
    if (name === "drop" && event.dataTransfer.files.length) take(event.dataTransfer.files);
  });
}
document.addEventListener("paste", (event) => { if (event.clipboardData?.files.length) take(event.clipboardData.files); });
function take(files) {
  const one = new DataTransfer();
  one.items.add(files[0]);
  file.files = one.files;
  dialog.querySelector("form").requestSubmit();
}

// Suggestions while one types; before that, what was searched for lately. That stays in this browser.
const words = form.querySelector('input[name="q"]');
const list = document.getElementById("suggestions");
const RECENT = "searched";
const MOST_RECENT = 6;
function recent() { try { return JSON.parse(localStorage.getItem(RECENT)) ?? []; } catch { return []; } }
function remember(text) {
  if (!text.trim()) return;
  try { localStorage.setItem(RECENT, JSON.stringify([text, ...recent().filter((one) => one !== text)].slice(0, MOST_RECENT))); } catch { /* a private window keeps nothing */ }
}
function openList(isShown) { list.hidden = !isShown; words.setAttribute("aria-expanded", String(isShown)); }
function showRecent() {
  list.replaceChildren(...recent().map((text) => {
    const item = document.createElement("li");
    item.role = "presentation";
    const link = Object.assign(document.createElement("a"), { href: `${form.action}?${new URLSearchParams({ q: text })}`, textContent: text, tabIndex: -1 });
    link.role = "option";
    link.dataset.words = text;
    item.append(link);
    return item;
  }));
  if (list.children.length) list.prepend(Object.assign(document.createElement("small"), { className: "muted", textContent: words.dataset.textRecent }));
  openList(list.children.length > 0);
}
let asked = 0;
let timer;
async function showSuggestions() {
  const number = ++asked;
  const answer = await fetch(`${words.dataset.suggest}?${new URLSearchParams({ q: words.value })}`).catch(() => null);
  if (!answer?.ok || number !== asked || document.activeElement !== words) return;
  list.innerHTML = await answer.text();
  openList(list.querySelector("a") !== null);
}
words.addEventListener("input", () => {
  clearTimeout(timer);
  if (words.value.trim()) timer = setTimeout(showSuggestions, 120); else { asked += 1; showRecent(); }
});
words.addEventListener("focus", () => { if (!words.value) showRecent(); });
document.addEventListener("click", (event) => { if (!event.target.closest(".search__box")) openList(false); });
list.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  words.value = link.dataset.words;
  openList(false);
  form.requestSubmit();
});
document.querySelector(".search__box").addEventListener("keydown", (event) => {
  if (event.key === "Escape") { openList(false); words.focus(); return; }
  const links = [...list.querySelectorAll("a")];
  if (list.hidden || !links.length || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  event.preventDefault();
  const at = links.indexOf(document.activeElement);
  const next = event.key === "ArrowDown" ? at + 1 : at - 1;
  (links[next] ?? (next < 0 ? words : links[0])).focus();
});
form.addEventListener("submit", () => { clearTimeout(timer); asked += 1; openList(false); remember(words.value); });
remember(words.value);
