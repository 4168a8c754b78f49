// What customers said, for pictures and for a look around.
"use strict";
const { until } = require("./desk.js");

const words = [
    ["square", "Anna Peeters", "Mijn pakket is al drie weken zoek en niemand antwoordt. Schandalig!"],
    ["desk", "Julien Lambert", "Bonjour, ma facture de novembre est fausse : j’ai payé deux fois. C’est inadmissible."],
    ["desk", "Tom Hughes", "Could you tell me where to find my contract number?"],
    ["square", "Sophie Martin", "Franchement nul. Le technicien n’est jamais venu, j’ai attendu toute la journée pour rien !"],
    ["desk", "Els De Smet", "Dank je wel voor de snelle hulp gisteren, alles werkt weer perfect."],
    ["square", "Priya Nair", "Worst support I have ever had. My card was blocked for the third time and nobody calls me back!"],
    ["desk", "Marc Dubois", "Je voudrais changer d’adresse à partir du 1er décembre, comment faire ?"],
    ["square", "Lotte Claes", "Is de winkel in Gent zondag open?"],
    ["desk", "Ahmed Benali", "La livraison est arrivée cassée. Que dois-je faire maintenant ?"],
    ["square", "Kevin O’Brien", "Great app, love the new search 👏"],
];

async function seed(server, rounds = 1) {
    const made = [];
    for (let round = 0; round < rounds; ++round) {
        for (const [channel, name, text] of words) {
            const who = round ? `${name} ${round}` : name;
            made.push((await server.says(channel, who, text)).conversation);
        }
    }
    await until(async () => (await server.call("InboxService/ListConversations", { filter: { states: ["CONVERSATION_STATE_WAITING"] },
        pageSize: 200 })).conversations?.length >= Math.min(made.length, 200), "all wait");
    return made;
}

module.exports = { seed, words };
