// What a person can do to any page, heard from the moment the document is there: a file dropped or a key pressed as soon as the page
// shows what takes it is not lost. A module, and so run before Blazor starts.

// Files for a drop zone, a label around a file input: they are handed to the input, so that one code path reads them. While the
// input cannot take them (the page is still setting it up, or reading another file) they wait.
export function hand(zone, files) {
  const input = zone.querySelector("input[type=file]");
  if (!zone.isConnected) return;
  if (!input || input.disabled) {
    setTimeout(() => hand(zone, files), 100);
    return;
  }
  input.files = files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

const zoneOf = (e) => (e.target instanceof Element ? e.target.closest(".drop") : null);
const carriesFiles = (e) => e.dataTransfer?.types.includes("Files");

for (const name of ["dragenter", "dragover"])
  document.addEventListener(name, (e) => {
    if (!carriesFiles(e)) return;
    e.preventDefault(); // also beside a zone: a file that misses it must not replace the page
    const zone = zoneOf(e);
    if (!zone) e.dataTransfer.dropEffect = "none";
    zone?.classList.add("over");
  });
for (const name of ["dragleave", "drop"])
  document.addEventListener(name, (e) => {
    if (name === "drop" && carriesFiles(e)) e.preventDefault();
    const zone = zoneOf(e);
    if (!zone || (name === "dragleave" && zone.contains(e.relatedTarget))) return;
    zone.classList.remove("over");
    if (name === "drop" && e.dataTransfer?.files.length) hand(zone, e.dataTransfer.files);
  });

// Keys: an element says which key presses it (data-key="?", "t", "g h"), so every shortcut is also a visible link or button.
let waiting = null;
document.addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest("input, textarea, select, [contenteditable=true], [role=combobox]")) return;
  const keys = waiting ? `${waiting} ${e.key}` : e.key;
  waiting = null;
  const hit = document.querySelector(`[data-key="${CSS.escape(keys)}"]`);
  if (hit) {
    e.preventDefault();
    hit.click();
    return;
  }
  if (document.querySelector(`[data-key^="${CSS.escape(e.key)} "]`)) {
    waiting = e.key;
    setTimeout(() => {
      waiting = null;
    }, 1200);
  }
});

// When the person last pressed a key, and when they last clicked: an answer that comes late must not take the focus from them.
export const last = { key: 0, click: 0 };
addEventListener("keydown", () => (last.key = performance.now()), true);
addEventListener("click", () => (last.click = performance.now()), true);
