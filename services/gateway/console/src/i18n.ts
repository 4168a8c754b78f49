// Words in three languages. A language's file is fetched when it is chosen; the person's choice is kept in this browser.
import { createI18n, type Composer } from "vue-i18n";

export const LANGUAGES = { en: "English", fr: "Français", nl: "Nederlands" } as const;
export type Language = keyof typeof LANGUAGES;

const KEPT = "guichet.language";

const files: Record<Language, () => Promise<{ default: Record<string, unknown> }>> = {
    en: () => import("locales/en.json"),
    fr: () => import("locales/fr.json"),
    nl: () => import("locales/nl.json"),
};

export function isLanguage(text: string | null | undefined): text is Language {
    return text !== null && text !== undefined && text in LANGUAGES;
}

// What he chose, else the first of the browser's languages that there is, else English.
export function firstLanguage(kept: string | null, wanted: readonly string[]): Language {
    if (isLanguage(kept)) return kept;
    return wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? "en";
}

export const i18n = createI18n({ legacy: false, locale: "en", fallbackLocale: false, missingWarn: false, messages: {} });

// The composer outside components.
export const words = i18n.global as unknown as Composer;

export async function speak(language: Language): Promise<void> {
    const file = await files[language]();
    words.setLocaleMessage(language, file.default as never);
    words.locale.value = language;
    document.documentElement.lang = language;
}

export async function choose(language: Language): Promise<void> {
    localStorage.setItem(KEPT, language);
    // The sign-in page speaks as the console does (services/gateway/sign_in_words.hpp).
    document.cookie = `guichet_language=${language}; Path=/sign-in; Max-Age=31536000; SameSite=Lax${location.protocol === "https:" ? "; Secure" : ""}`;
    await speak(language);
}

export async function speakFirst(): Promise<void> {
    await speak(firstLanguage(localStorage.getItem(KEPT), navigator.languages));
}
