// Runs before the first paint: the chosen theme, or the system's, is on <html> before any style is applied.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => {
    try {
      return localStorage.getItem("liftlab-theme");
    } catch {
      return null;
    }
  };
  const apply = () => {
    root.dataset.theme = chosen() ?? (system.matches ? "dark" : "light");
  };
  apply();
  system.addEventListener("change", apply);
  // A navigation that merges the new page into this one removes attributes that the server does not send.
  new MutationObserver(() => root.dataset.theme || apply()).observe(root, { attributeFilter: ["data-theme"] });
})();
