// How long a text is, in what a reader takes for characters: the same in every language.
const segmenter = typeof Intl.Segmenter === "undefined" ? undefined : new Intl.Segmenter("en", { granularity: "grapheme" });

export function lengthOf(text: string): number {
    return segmenter ? [...segmenter.segment(text)].length : [...text].length;
}
