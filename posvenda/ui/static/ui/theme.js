/* Runs before the first paint: the remembered theme, without a flash. Loaded as a blocking file in the head. */
document.documentElement.dataset.js = "on";
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch { /* storage may be off; the system theme is used */ }
