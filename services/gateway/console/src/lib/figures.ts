// Numbers, shares and moments, and the order of names, as the language of the console writes them, whatever language the browser has. The one place that makes
// Intl's formats (tests/figures.test.ts); to make one takes longer than all the rest of a row, so they are kept.

// Words are British here; "en" alone would put the month first and count hours by twelve.
const tags: Record<string, string> = { en: "en-GB" };
export const tagOf = (language: string) => tags[language] ?? language;

function kept<Format, Options>(make: (tag: string, options: Options) => Format) {
    const made = new Map<string, Format>();
    return (language: string, options: Options): Format => {
        const key = language + JSON.stringify(options);
        let format = made.get(key);
        if (!format) made.set(key, format = make(tagOf(language), options));
        return format;
    };
}
export const numberFormat = kept((tag, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(tag, options));
export const momentFormat = kept((tag, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(tag, options));
const collator = kept((tag, options: Intl.CollatorOptions) => new Intl.Collator(tag, options));
export const namesOf = kept((tag, options: Intl.DisplayNamesOptions) => new Intl.DisplayNames([tag], options));

export const numberIn = (language: string, value: number | bigint) => numberFormat(language, {}).format(value);
// A share of one: 0.87 -> "87%".
export const percentIn = (language: string, share: number) => numberFormat(language, { style: "percent", maximumFractionDigits: 0 }).format(share);
// One digit behind the point; `signed`: with its sign, but for nought.
export const weightIn = (language: string, value: number, signed = false) =>
    numberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: signed ? "exceptZero" : "auto" }).format(value);

// The moment itself, short.
export const momentIn = (language: string, milliseconds: number) => momentFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(milliseconds);
// To the second, with the day of the week.
export const wholeMomentIn = (language: string, milliseconds: number) => momentFormat(language, { dateStyle: "full", timeStyle: "medium" }).format(milliseconds);
export const dayIn = (language: string, milliseconds: number) => momentFormat(language, { dateStyle: "medium" }).format(milliseconds);
// "March 2025": since when somebody is known.
export const monthIn = (language: string, milliseconds: number) => momentFormat(language, { month: "long", year: "numeric" }).format(milliseconds);
// Of the coming days: day of the week and time.
export const soonIn = (language: string, milliseconds: number) => momentFormat(language, { weekday: "short", hour: "2-digit", minute: "2-digit" }).format(milliseconds);
// Which name comes first where the language orders them.
export const compareIn = (language: string, a: string, b: string) => collator(language, {}).compare(a, b);
