// Comfort only: every page works without it. Ticks, search, a busy button, files that are dropped, the height of the frame. One script for
// all pages, so that none waits for a second one.
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

  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      const field = document.getElementById(button.dataset.copy);
      field.select();
      // A frame may not be allowed to; then the text is at least marked.
      await navigator.clipboard.writeText(field.value).then(() => { button.textContent = button.dataset.copied; }, () => {});
    });
  }

  const placing = document.getElementById("placing");
  if (placing) placing.submit();

  const reading = document.getElementById("reading");
  if (reading) {
    const events = new EventSource(reading.dataset.events);
    events.addEventListener("count", (event) => { reading.querySelector("#count").textContent = event.data; });
    events.addEventListener("done", () => { events.close(); window.location.replace(reading.dataset.next); });
    events.addEventListener("error", () => { events.close(); window.setTimeout(() => window.location.replace(reading.dataset.next), 2000); });
  }

  // The drawn picture follows what is chosen; without this there is a button.
  const drawn = document.getElementById("drawn");
  if (drawn) {
    const form = document.getElementById("badge-form");
    const fields = ["shape", "rings", "colour", "icon", "text", "name_en", "name_ja"];
    let timer;
    const show = () => {
      const chosen = new FormData(form);
      const query = new URLSearchParams(fields.map((field) => [field, chosen.get(field) || ""]));
      drawn.src = `${drawn.dataset.preview}?${query}`;
    };
    document.getElementById("preview").hidden = true;
    form.addEventListener("input", (event) => {
      if (!fields.includes(event.target.name)) return;
      clearTimeout(timer);
      timer = setTimeout(show, 200);
    });
  }

  // What the rule in the form would say of everybody, as it is being written.
  const rule = document.getElementById("rule-form");
  if (rule && document.getElementById("standing")) {
    let timer;
    let asked;
    const look = async () => {
      if (asked) asked.abort();
      asked = new AbortController();
      const body = new URLSearchParams(new FormData(rule));
      body.set("look", "1");
      try {
        const answer = await fetch(rule.action, { method: "POST", body, signal: asked.signal });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const standing = page.getElementById("standing");
        if (standing) document.getElementById("standing").replaceWith(standing);
      } catch { /* The button "Try it" is there still. */ }
    };
    rule.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, 300); });
  }

  // The verification page: files and links can be dropped, a chosen file is checked at once, one that is too long is not sent.
  const verify = document.getElementById("verify");
  if (verify) {
    const area = document.getElementById("drop");
    const file = document.getElementById("file");
    const text = document.getElementById("text");
    const tooLong = document.getElementById("too-long");
    document.getElementById("drop-hint").hidden = false;

    const send = () => {
      const chosen = file.files[0];
      tooLong.hidden = !chosen || chosen.size <= Number(verify.dataset.limit);
      if (!tooLong.hidden) file.value = "";
      else if (chosen || text.value.trim()) verify.requestSubmit(document.getElementById("check"));
    };
    file.addEventListener("change", send);

    for (const event of ["dragenter", "dragover"]) {
      document.addEventListener(event, (drag) => { drag.preventDefault(); area.classList.add("over"); });
    }
    for (const event of ["dragleave", "drop"]) {
      document.addEventListener(event, (drag) => { if (event === "drop" || !drag.relatedTarget) area.classList.remove("over"); });
    }
    document.addEventListener("drop", (drop) => {
      drop.preventDefault();
      if (drop.dataTransfer.files.length > 0) file.files = drop.dataTransfer.files;
      else text.value = drop.dataTransfer.getData("text/uri-list") || drop.dataTransfer.getData("text/plain");
      send();
    });
  }

  // Tells the platform that registration is over (LTI Dynamic Registration, section 3.7): the dialogue closes when the person has read it.
  const close = document.getElementById("close");
  if (close) close.addEventListener("click", () => (window.opener || window.parent).postMessage({ subject: "org.imsglobal.lti.close" }, "*"));

  if (window.parent !== window) {
    const tell = () => window.parent.postMessage({ subject: "lti.frameResize", height: document.documentElement.scrollHeight + 8 }, "*");
    new ResizeObserver(tell).observe(document.body);
  }
})();
