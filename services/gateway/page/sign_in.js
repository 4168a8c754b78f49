// A one-time link carries its secret after the #: it never reaches a server before a person sends the form.
// So does the place in the console to which somebody wanted to go.
"use strict";
(() => {
    const secret = location.hash.slice(1);
    const form = document.getElementById("link-form");
    if (secret.startsWith("gl_")) {
        document.getElementById("link").value = secret;
        history.replaceState(null, "", location.pathname);
        form.classList.add("wanted");
    } else if (secret.startsWith("/desk/")) {
        // Where he wanted to go: the console takes him there (console/src/api/session.ts).
        sessionStorage.setItem("guichet.return", secret);
        history.replaceState(null, "", location.pathname);
    }
    // The switch of languages loses neither: the link not yet spent goes along, and the console speaks as this page does.
    for (const other of document.querySelectorAll(".languages a")) {
        other.addEventListener("click", () => {
            const link = document.getElementById("link").value;
            if (link.startsWith("gl_")) other.hash = link;
            localStorage.setItem("guichet.language", other.lang);
        });
    }
    if (form.classList.contains("wanted")) {
        document.getElementById("password-form").classList.add("hidden");
        document.getElementById("new-password").focus();
    } else {
        document.getElementById("agent").focus();
    }
})();
