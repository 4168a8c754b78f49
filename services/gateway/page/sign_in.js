// A one-time link carries its secret after the #: it never reaches a server before a person sends the form.
"use strict";
(() => {
    const secret = location.hash.slice(1);
    const form = document.getElementById("link-form");
    if (secret.startsWith("gl_")) {
        document.getElementById("link").value = secret;
        history.replaceState(null, "", location.pathname);
        form.classList.add("wanted");
    }
    if (form.classList.contains("wanted")) {
        document.getElementById("password-form").classList.add("hidden");
        document.getElementById("new-password").focus();
    } else {
        document.getElementById("agent").focus();
    }
})();
