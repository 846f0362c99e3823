// Quicker by keyboard; every page works without this file.
"use strict";
(() => {
  const typing = (node) =>
    node instanceof HTMLElement && (node.matches("input, textarea, select") || node.isContentEditable);
  let waitsForPlace = false;
  const rows = () => [...document.querySelectorAll("[data-row]")];
  const current = () => document.querySelector("[data-row][aria-current='true']");
  const move = (step) => {
    const all = rows();
    const place = all.indexOf(current());
    const next = all[Math.min(all.length - 1, Math.max(0, place + step))];
    const link = next?.querySelector("a");
    if (!link) return false;
    // In a desk a row shows its facts; in a table it is only pointed at until Enter.
    if (next.closest(".desk")) location.assign(link.href);
    else {
      current()?.removeAttribute("aria-current");
      next.setAttribute("aria-current", "true");
      link.focus();
    }
    return true;
  };
  // Fields get the cursor, buttons and links are pressed.
  const act = (node) => {
    if (node.matches("input, select, textarea")) {
      node.focus();
      node.select?.();
    } else node.click();
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && typing(event.target)) {
      event.target.blur();
      return;
    }
    if (typing(event.target)) return;
    const key = CSS.escape(event.key);
    let node = null;
    if (waitsForPlace) {
      waitsForPlace = false;
      node = document.querySelector(`nav.places [data-key="${key}"]`);
    } else if (event.key === "g") waitsForPlace = true;
    else if (event.key === "/") node = document.getElementById("search");
    else if (event.key === "j" || event.key === "ArrowDown") {
      if (move(1)) event.preventDefault();
    } else if (event.key === "k" || event.key === "ArrowUp") {
      if (move(-1)) event.preventDefault();
    } else node = document.querySelector(`main [data-key="${key}"]`);
    if (node) {
      event.preventDefault();
      act(node);
    }
  });
  current()?.scrollIntoView({ block: "nearest" });
})();
