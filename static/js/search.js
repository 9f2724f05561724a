// Colours picked for a search, and a photo dropped or pasted.

const form = document.getElementById("search");
const field = form.querySelector('input[name="palette"]');
const picked = form.querySelector("[data-picked]");
const pick = form.querySelector("[data-pick]");

function colours() { return field.value ? field.value.split(",") : []; }

function show() {
  picked.replaceChildren(...colours().map((colour, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.style.setProperty("--colour", colour.split(":")[0]);
    button.setAttribute("aria-label", `${colour} ×`);
    button.addEventListener("click", () => { set(colours().filter((_, at) => at !== index)); });
    return button;
  }));
}
function set(list) {
  field.value = list.slice(0, 5).join(",");
  show();
  field.dispatchEvent(new Event("change", { bubbles: true }));
}
pick.addEventListener("change", (event) => { event.stopPropagation(); set([...colours(), pick.value]); });
show();

// One value a facet: choosing another replaces it.
document.addEventListener("change", (event) => {
  const box = event.target;
  if (box.matches?.('.found__filter input[type="checkbox"]') && box.checked) {
    for (const other of document.querySelectorAll(`.found__filter input[name="${box.name}"]`)) if (other !== box) other.checked = false;
  }
  if (box.form === form && !form.contains(box)) form.requestSubmit();
}, true);

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
