// Files that came with a message: where they are, how they are shown, why one is not. Pure.
import type { Attachment, Message } from "gen/guichet/v1/types_pb";

export type FileLook = "picture" | "link" | "file";

// What the server shows in place (services/gateway/attachment_answer.cpp); "image/*" where the platform tells no more.
const SHOWN = new Set(["image/png", "image/jpeg", "image/jpg", "image/gif", "image/webp", "image/*"]);
const ENDING = /\.([a-z0-9]{1,5})$/i;

// Numbered from 1.
export function fileAddress(conversation: string, message: Pick<Message, "seq">, number: number): string {
    return `/v1/attachments/${encodeURIComponent(conversation)}/${message.seq}/${number}`;
}

export function lookOf(file: Pick<Attachment, "blob" | "url" | "mediaType" | "size">): FileLook {
    const type = file.mediaType.split(";")[0]?.trim().toLowerCase() ?? "";
    if ((file.blob || file.url) && SHOWN.has(type)) return "picture";
    // What somebody shared at the platform is a page, not a file.
    if (file.url && !file.blob && !type && !file.size) return "link";
    return "file";
}

// "PDF", "SVG"; empty where neither the name nor the kind tells it.
export function kindWord(file: Pick<Attachment, "name" | "mediaType">): string {
    const ending = ENDING.exec(file.name)?.[1] ?? /^[\w.-]+\/([a-z0-9]{1,5})(?:$|[;+])/i.exec(file.mediaType)?.[1] ?? "";
    return ending.toUpperCase();
}

export type Trouble = "gone" | "large" | "unreachable";

// Why the server did not hand it out.
export function troubleOf(status: number): Trouble {
    if (status === 404 || status === 410) return "gone";
    return status === 413 ? "large" : "unreachable";
}
