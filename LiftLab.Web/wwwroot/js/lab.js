// The few things a page needs the browser for.

export function theme() { return document.documentElement.dataset.theme; }

export function setTheme(name) {
  document.documentElement.dataset.theme = name;
  try { localStorage.setItem('liftlab-theme', name); } catch { /* private window: the choice lasts as long as the page */ }
}

export async function copy(text) {
  try { await navigator.clipboard.writeText(text); return true; } catch { /* no permission, or not a secure context */ }
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  return done;
}

export function save(name, type, text) {
  const link = document.createElement('a');
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
export function plots(interop, library) {
  plotting ??= import(new URL(interop, document.baseURI)).then(module => module.importScript('plotly-import', library));
  return plotting.catch(fault => { plotting = undefined; throw fault; });
}

// A picture for a paper: 1080 x 720, PNG at twice that.
export function savePicture(figure, format, name) {
  const plot = figure.querySelector('.js-plotly-plot');
  if (plot) window.Plotly.downloadImage(plot, { format, width: 1080, height: 720, scale: format === 'png' ? 2 : 1, filename: name });
}

// Keys: an element says which key presses it (data-key="?", "t", "g h"), so every shortcut is also a visible link or button.
let waiting = null;
export function listen() {
  if (document.body.dataset.keys) return;
  document.body.dataset.keys = 'on';
  document.addEventListener('keydown', e => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest('input, textarea, select, [contenteditable=true], [role=combobox]')) return;
    const keys = waiting ? `${waiting} ${e.key}` : e.key;
    waiting = null;
    const hit = document.querySelector(`[data-key="${CSS.escape(keys)}"]`);
    if (hit) { e.preventDefault(); hit.click(); return; }
    if (document.querySelector(`[data-key^="${CSS.escape(e.key)} "]`)) {
      waiting = e.key;
      setTimeout(() => { waiting = null; }, 1200);
    }
  });
}

export function focusMain() { document.getElementById('main')?.focus(); }

// A drop zone is a label around a file input: what is dropped is handed to the input, so that one code path reads the file. While
// the input cannot take it (the page is still setting it up, or reading another file) the drop waits.
function hand(zone, files) {
  const input = zone.querySelector('input[type=file]');
  if (!zone.isConnected) return;
  if (!input || input.disabled) { setTimeout(() => hand(zone, files), 100); return; }
  input.files = files;
  input.dispatchEvent(new Event('change', { bubbles: true }));
}

export function dropZone(zone) {
  const mark = on => zone.classList.toggle('over', on);
  for (const name of ['dragenter', 'dragover']) zone.addEventListener(name, e => { e.preventDefault(); mark(true); });
  for (const name of ['dragleave', 'drop']) zone.addEventListener(name, () => mark(false));
  zone.addEventListener('drop', e => {
    e.preventDefault();
    if (e.dataTransfer?.files.length) hand(zone, e.dataTransfer.files);
  });
}

// Pasted text goes through the file input too: it may be larger than one message of the circuit.
export function pasteAsFile(area, zone) {
  if (!area.value.trim()) { area.focus(); return; }
  const carried = new DataTransfer();
  carried.items.add(new File([area.value], 'pasted.csv', { type: 'text/csv' }));
  hand(zone, carried.files);
}
