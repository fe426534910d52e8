// A small note at the foot of the page while the connection is away; the page stays readable behind it.
const note = document.getElementById("components-reconnect-modal");

// What is typed or chosen while the connection is away, or is on its way when it breaks, reaches nobody, and the page would show what
// the lab does not know. Such fields tell it again afterwards. Boxes, whose events may mean "the other way", and files do not.
const FIELDS = "textarea, select, input:not([type=checkbox], [type=radio], [type=file], [type=button], [type=submit])";
const UNSURE = 35_000; // ms: a connection that hangs is given up after 30 s
const edits = new Map(); // field → { value, at }, the last edit last
let lost = null;

note.addEventListener("components-reconnect-state-changed", (e) => {
  const state = e.detail.state;
  if (state === "show") {
    lost ??= performance.now();
    const focused = document.activeElement;
    note.show(); // which takes the focus, also from who types
    focused?.focus({ preventScroll: true });
    leaveIfSignedOut();
  }
  else if (state === "hide") {
    note.close();
    setTimeout(tellAgain);
  }
  else if (state === "failed") document.addEventListener("visibilitychange", whenVisible);
  else if (state === "rejected") location.reload();
});

document.getElementById("components-reconnect-button").addEventListener("click", retry);

// Access was revoked, or the session was ended in another window: the page that loads is the one to sign in.
async function leaveIfSignedOut() {
  try {
    if ((await fetch("api/me", { cache: "no-store" })).status === 401) location.reload();
  } catch {
    // LiftLab does not answer: reconnecting goes on
  }
}

async function retry() {
  document.removeEventListener("visibilitychange", whenVisible);
  try {
    // false: the server is there, but this page's circuit is not (it was restarted): start afresh
    if (!(await Blazor.reconnect()) && !(Blazor.resumeCircuit && (await Blazor.resumeCircuit()))) location.reload();
  } catch {
    document.addEventListener("visibilitychange", whenVisible);
    setTimeout(retry, 3000);
  }
}

function whenVisible() {
  if (document.visibilityState === "visible") retry();
}

function noteEdit(e) {
  const field = e.target;
  if (!(field instanceof Element) || !field.matches(FIELDS)) return;
  const now = performance.now();
  if (lost === null) for (const [other, edit] of edits) if (edit.at < now - UNSURE) edits.delete(other);
  edits.delete(field);
  edits.set(field, { value: field.value, at: now });
}
for (const name of ["input", "change"]) document.addEventListener(name, noteEdit, true);

function tellAgain() {
  if (lost === null) return;
  const since = lost - UNSURE;
  lost = null;
  for (const [field, edit] of [...edits])
    if (edit.at > since && field.isConnected && field.value === edit.value)
      for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
}
