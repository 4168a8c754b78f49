// What is on a picture, in numbers; and pictures made small. A browser's own decoder and encoder do it.
"use strict";

class Inks {
    constructor(people) {
        this.people = people;
    }

    async page() {
        this.opened ??= await this.people.open();
        return this.opened;
    }

    // Size, how many colours, the part of the commonest, and how light it is (0 to 1).
    async of(bytes, type = "image/png") {
        const page = await this.page();
        return await page.evaluate(async ([data, kind]) => {
            const blob = await (await fetch(`data:${kind};base64,${data}`)).blob();
            const picture = await createImageBitmap(blob);
            const canvas = new OffscreenCanvas(picture.width, picture.height);
            const context = canvas.getContext("2d");
            context.drawImage(picture, 0, 0);
            const dots = new Uint32Array(context.getImageData(0, 0, picture.width, picture.height).data.buffer);
            const seen = new Map();
            let light = 0;
            for (const dot of dots) {
                seen.set(dot, (seen.get(dot) ?? 0) + 1);
                light += (dot & 255) + ((dot >> 8) & 255) + ((dot >> 16) & 255);
            }
            return { width: picture.width, height: picture.height, colours: seen.size, most: Math.max(...seen.values()) / dots.length, light: light / dots.length / 765 };
        }, [bytes.toString("base64"), type]);
    }

    async webp(bytes, quality) {
        const page = await this.page();
        return Buffer.from(await page.evaluate(async ([data, how]) => {
            const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
            const canvas = document.createElement("canvas");
            [canvas.width, canvas.height] = [picture.width, picture.height];
            canvas.getContext("2d").drawImage(picture, 0, 0);
            return canvas.toDataURL("image/webp", how).split(",")[1];
        }, [bytes.toString("base64"), quality]), "base64");
    }
}

module.exports = { Inks };
