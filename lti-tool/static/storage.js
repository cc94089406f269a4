// Platform storage by postMessage (LTI Client Side postMessages). Only answers of the platform's own origin, from the window that was
// asked, with our message id, are believed; what they say is proven on the server. Without an answer the page offers a new window.
"use strict";
(() => {
  const page = document.getElementById("storage");
  const { origin, target, key, value, next } = page.dataset;
  const wait = document.getElementById("wait");
  const fallback = document.getElementById("fallback");
  const form = document.getElementById("launch");
  const host = window.opener || window.parent;
  let store = host;
  if (target !== "_parent" && target !== "") {
    try { store = host.frames[target] || host; } catch { store = host; }
  }
  if (store === window) return;

  const messageId = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const subject = form ? "lti.get_data" : "lti.put_data";
  const giveUp = () => { wait.hidden = true; fallback.hidden = false; };
  const timer = setTimeout(giveUp, 2000);
  wait.hidden = false;
  fallback.hidden = true;

  window.addEventListener("message", (event) => {
    const answer = event.data;
    if (event.origin !== origin || event.source !== store || typeof answer !== "object" || answer === null) return;
    if (answer.message_id !== messageId || answer.subject !== `${subject}.response`) return;
    clearTimeout(timer);
    if (answer.error) { giveUp(); return; }
    if (!form) { window.location.replace(next); return; }
    if (typeof answer.value !== "string" || answer.value === "") { giveUp(); return; }
    form.elements.proof.value = answer.value;
    form.submit();
  });
  const message = form ? { subject, key, message_id: messageId } : { subject, key, value, message_id: messageId };
  store.postMessage(message, origin);
})();
