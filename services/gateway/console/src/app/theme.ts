// Light, dark, or as the system says. Kept in this browser.
import { ref } from "vue";

export type Theme = "system" | "light" | "dark";
const KEPT = "guichet.theme";

export function readTheme(kept: string | null): Theme {
    return kept === "light" || kept === "dark" ? kept : "system";
}

export const theme = ref<Theme>("system");

export function applyTheme(chosen: Theme): void {
    theme.value = chosen;
    localStorage.setItem(KEPT, chosen);
    if (chosen === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen;
}

export function applyKeptTheme(): void {
    applyTheme(readTheme(localStorage.getItem(KEPT)));
}
