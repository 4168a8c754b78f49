// Figures in the language that is chosen now.
import { useI18n } from "vue-i18n";
import { compareIn, dayIn, momentIn, monthIn, numberIn, percentIn, soonIn, weightIn, wholeMomentIn } from "@/lib/figures";

export function useFigures() {
    const { locale } = useI18n();
    return {
        number: (value: number | bigint) => numberIn(locale.value, value),
        percent: (share: number) => percentIn(locale.value, share),
        weight: (value: number, signed = false) => weightIn(locale.value, value, signed),
        moment: (milliseconds: number) => momentIn(locale.value, milliseconds),
        wholeMoment: (milliseconds: number) => wholeMomentIn(locale.value, milliseconds),
        day: (milliseconds: number) => dayIn(locale.value, milliseconds),
        month: (milliseconds: number) => monthIn(locale.value, milliseconds),
        compare: (a: string, b: string) => compareIn(locale.value, a, b),
        soon: (milliseconds: number) => soonIn(locale.value, milliseconds),
    };
}
