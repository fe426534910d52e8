// Says that LiftLab cannot be reached, within five seconds also where the connection hangs and nothing is refused. Blazor's own dialog
// follows later and takes over.
const note = document.getElementById("offline");
const modal = document.getElementById("components-reconnect-modal");
const pause = 1000;
const patience = [2000, 1500];

async function answers(limit) {
  try {
    return (await fetch("health/live", { cache: "no-store", signal: AbortSignal.timeout(limit) })).ok;
  } catch {
    return false;
  }
}

async function reachable() {
  for (const limit of patience) if (await answers(limit)) return true;
  return false;
}

async function watch() {
  if (document.visibilityState === "visible") show(!(await reachable()));
  setTimeout(watch, pause);
}

function show(away) {
  note.hidden = !away || modal.open;
}

window.addEventListener("offline", () => show(true));
setTimeout(watch, pause);
