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
    if (!all.length) return;
    const place = all.indexOf(current());
    const next = all[Math.min(all.length - 1, Math.max(0, place + step))];
    const link = next.querySelector("a");
    if (link) location.assign(link.href);
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && typing(event.target)) {
      event.target.blur();
      return;
    }
    if (typing(event.target)) return;
    if (waitsForPlace) {
      waitsForPlace = false;
      const link = document.querySelector(`nav.places [data-key="${CSS.escape(event.key)}"]`);
      if (link) {
        event.preventDefault();
        link.click();
      }
      return;
    }
    if (event.key === "g") waitsForPlace = true;
    else if (event.key === "/") {
      event.preventDefault();
      document.getElementById("search")?.focus();
    } else if (event.key === "j" || event.key === "ArrowDown") {
      if (rows().length) {
        event.preventDefault();
        move(1);
      }
    } else if (event.key === "k" || event.key === "ArrowUp") {
      if (rows().length) {
        event.preventDefault();
        move(-1);
      }
    } else {
      const button = document.querySelector(`button[data-key="${CSS.escape(event.key)}"]`);
      if (button) {
        event.preventDefault();
        button.click();
      }
    }
  });
  current()?.scrollIntoView({ block: "nearest" });
})();
