// Runs before the first paint, so that a remembered theme does not flash. Kept apart from site.js: modules are deferred.
(() => {
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch { /* private mode: the system's theme stands */ }
})();
