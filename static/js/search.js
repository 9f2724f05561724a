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
