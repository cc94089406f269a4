// Comfort only: every page works without it. Ticks, search, a busy button, the height of the frame.
"use strict";
(() => {
  const all = document.getElementById("select-all");
  const ticks = () => [...document.querySelectorAll('#lines tr:not([hidden]) input[name="user"]')];
  if (all) {
    all.hidden = false;
    all.addEventListener("change", () => ticks().forEach((tick) => { tick.checked = all.checked; }));
    document.addEventListener("change", (event) => {
      if (event.target.name !== "user") return;
      const boxes = ticks();
      const checked = boxes.filter((box) => box.checked).length;
      all.checked = checked === boxes.length;
      all.indeterminate = checked > 0 && checked < boxes.length;
    });
  }

  const search = document.getElementById("search");
  if (search) {
    search.addEventListener("input", () => {
      const words = search.value.normalize("NFKC").toLowerCase();
      let shown = 0;
      for (const line of document.querySelectorAll("#lines tr")) {
        const name = line.querySelector("th").textContent.normalize("NFKC").toLowerCase();
        line.hidden = !name.includes(words);
        if (!line.hidden) shown += 1;
      }
      document.getElementById("none-found").hidden = shown > 0;
    });
  }

  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button) return;
    if (button.hasAttribute("aria-busy")) event.preventDefault();
    button.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy")));

  const placing = document.getElementById("placing");
  if (placing) placing.submit();

  const reading = document.getElementById("reading");
  if (reading) {
    const events = new EventSource(reading.dataset.events);
    events.addEventListener("count", (event) => { reading.querySelector("#count").textContent = event.data; });
    events.addEventListener("done", () => { events.close(); window.location.replace(reading.dataset.next); });
    events.addEventListener("error", () => { events.close(); window.setTimeout(() => window.location.replace(reading.dataset.next), 2000); });
  }

  if (window.parent !== window) {
    const tell = () => window.parent.postMessage({ subject: "lti.frameResize", height: document.documentElement.scrollHeight + 8 }, "*");
    new ResizeObserver(tell).observe(document.body);
  }
})();
