// What a canned reply may name (CannedReply.text in the contract). Pure.
export const variables = ["{{contact.name}}", "{{agent.name}}", "{{reference}}"] as const;

// Names between double braces that nothing would fill in.
export function unknownVariables(text: string): string[] {
    const found = [...text.matchAll(/\{\{\s*([^{}]*?)\s*\}\}/g)].map((match) => `{{${match[1] ?? ""}}}`);
    return [...new Set(found)].filter((name) => !(variables as readonly string[]).includes(name));
}
