// 1536 -> "1.5 KB", in the units of the console's language.
import { numberFormat } from "@/lib/figures";

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

export function bytesIn(locale: string, bytes: number): string {
    let value = bytes;
    let unit = 0;
    while (value >= 1024 && unit < UNITS.length - 1) {
        value /= 1024;
        ++unit;
    }
    return numberFormat(locale, { style: "unit", unit: UNITS[unit] ?? "byte", unitDisplay: "short", maximumFractionDigits: 1 }).format(value);
}
