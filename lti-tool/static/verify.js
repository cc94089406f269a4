// The verification page: files and links can be dropped, a chosen file is checked at once, one that is too long is not sent.
"use strict";
(() => {
  const form = document.getElementById("verify");
  const area = document.getElementById("drop");
  const file = document.getElementById("file");
  const text = document.getElementById("text");
  const tooLong = document.getElementById("too-long");
  document.getElementById("drop-hint").hidden = false;

  const send = () => {
    const chosen = file.files[0];
    tooLong.hidden = !chosen || chosen.size <= Number(form.dataset.limit);
    if (!tooLong.hidden) file.value = "";
    else if (chosen || text.value.trim()) form.requestSubmit(document.getElementById("check"));
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
})();
