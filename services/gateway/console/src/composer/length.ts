// How long a text is, in what a reader takes for characters.
const segmenter = typeof Intl.Segmenter === "undefined" ? undefined : new Intl.Segmenter(undefined, { granularity: "grapheme" });

export function lengthOf(text: string): number {
    return segmenter ? [...segmenter.segment(text)].length : [...text].length;
}
