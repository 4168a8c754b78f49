import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));
// Where `npm run dev` finds a running server.
const server = process.env.GUICHET_ADDRESS ?? "http://127.0.0.1:8080";

export default defineConfig({
    plugins: [vue(), tailwindcss()],
    base: "/static/",
    resolve: { alias: { "@": folder("src"), gen: folder("gen"), locales: folder("locales") } },
    define: { __VUE_OPTIONS_API__: false, __VUE_I18N_LEGACY_API__: false, __INTLIFY_PROD_DEVTOOLS__: false },
    build: {
        target: "es2022",
        // All files lie side by side: /static/<name>-<hash>.<ending>.
        assetsDir: "",
        // A data: address would breach the content policy.
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        reportCompressedSize: false,
    },
    server: {
        proxy: Object.fromEntries(["/guichet.v1", "/session", "/sign-in", "/sign-out", "/v1"].map((path) =>
            [path, { target: server, ws: path === "/v1" }])),
    },
    test: { environment: "node", include: ["tests/**/*.test.ts"], setupFiles: ["tests/setup.ts"] },
});
