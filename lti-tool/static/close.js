// Tells the platform that registration is over (LTI Dynamic Registration, section 3.7): the dialogue closes when the person has read it.
"use strict";
document.getElementById("close").addEventListener("click", () => {
  (window.opener || window.parent).postMessage({ subject: "org.imsglobal.lti.close" }, "*");
});
