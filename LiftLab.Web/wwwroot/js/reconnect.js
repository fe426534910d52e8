// A small note at the foot of the page while the connection is away; the page stays readable behind it.
const note = document.getElementById("components-reconnect-modal");

note.addEventListener("components-reconnect-state-changed", (e) => {
  const state = e.detail.state;
  if (state === "show") {
    note.show();
    leaveIfSignedOut();
  }
  else if (state === "hide") note.close();
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
