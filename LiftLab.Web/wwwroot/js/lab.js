// The few things a page needs the browser for.

import { hand, last } from "./intake.js";

export function theme() {
  return document.documentElement.dataset.theme;
}

export function setTheme(name) {
  document.documentElement.dataset.theme = name;
  try {
    localStorage.setItem("liftlab-theme", name);
  } catch {
    /* private window: the choice lasts as long as the page */
  }
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    /* no permission, or not a secure context */
  }
  const area = document.createElement("textarea");
  area.value = text;
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

export function save(name, type, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

export async function saveStream(name, type, stream) {
  save(name, type, await stream.arrayBuffer());
}

// Plotly.Blazor lines up a plot asked for before its library is there and draws it when it has come, though its page may be gone by
// then: an error that also loses the plots behind it. So a chart asks for its plot only after this.
let plotting;
let askedAt = 0;
const tagId = "plotly-import";
const longest = 10000; // milliseconds; a load that hangs longer belongs to a connection that is gone

// Plotly.Blazor takes a script element that is there for a library that is there, also after a load that failed.
function forget() {
  plotting = undefined;
  if (!window.Plotly) document.getElementById(tagId)?.remove();
}

export function plots(interop, library) {
  if (plotting && !window.Plotly && Date.now() - askedAt > longest) forget();
  if (!plotting) {
    askedAt = Date.now();
    const mine = import(new URL(interop, document.baseURI)).then((module) => module.importScript(tagId, library));
    plotting = mine;
    mine.catch(() => {
      if (plotting === mine) forget();
    });
  }
  return plotting;
}

// Offers an SVG picture as a PNG with `scale` pixels for each pixel of the picture.
export async function saveBitmap(name, svg, scale) {
  const picture = new Image();
  picture.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(svg);
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.naturalWidth * scale);
  canvas.height = Math.round(picture.naturalHeight * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  save(name, "image/png", await new Promise((done) => canvas.toBlob(done, "image/png")));
}

// A page was opened. Whoever types or has moved the focus by keys since then keeps it.
export function focusHeading() {
  const now = document.activeElement;
  const moved = now && now !== document.body && last.key > last.click;
  if (moved || now?.matches("main input, main textarea, main select")) return;
  const heading = document.querySelector("h1");
  if (!heading) return;
  if (!heading.hasAttribute("tabindex")) heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

export function focusMain() {
  document.getElementById("main")?.focus();
}

// Pasted text goes through the file input too: it may be larger than one message of the circuit.
export function pasteAsFile(area, zone) {
  if (!area.value.trim()) {
    area.focus();
    return;
  }
  const carried = new DataTransfer();
  carried.items.add(new File([area.value], "pasted.csv", { type: "text/csv" }));
  hand(zone, carried.files);
}

// Tells a grid which of its columns are in sight, when it is scrolled or changes its size.
export function watchColumns(grid, page, column, before) {
  if (!grid) return; // its page is gone
  let told = "";
  let asked = false;
  const look = () => {
    asked = false;
    const first = Math.max(0, Math.floor((grid.scrollLeft - before) / column));
    const count = Math.ceil(grid.clientWidth / column) + 1;
    if (told === `${first} ${count}` || !grid.isConnected) return;
    told = `${first} ${count}`;
    page.invokeMethodAsync("InSight", first, count).catch(() => {}); // the page is gone, or the connection is
  };
  const soon = () => {
    if (!asked) requestAnimationFrame(look);
    asked = true;
  };
  grid.addEventListener("scroll", soon, { passive: true });
  new ResizeObserver(soon).observe(grid);
  soon();
}

export function scrollColumns(grid, left) {
  grid.scrollLeft = left;
}
