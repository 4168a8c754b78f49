#pragma once
// The words that decide: one lexicon per language, plus emoji and emoticons common to all.
// The files' format is described in README.md beside this header.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "common/core/status.hpp"
#include "services/routing/engine/text.hpp"

namespace guichet::routing {

// A section of a lexicon file; the names are those of the sections.
enum class Category : std::uint8_t {
    // How a sentence is felt. These take words from left to right, the longest first, each word once.
    sentiment,    // weight -4 .. 4
    verb,         // the same, and a negator behind it counts: "gefällt mir nicht"
    ironic,       // praise that means the contrary among bad news: "bravo"
    denial,       // the same, and negates what follows: "toujours pas", "nobody"
    negator,      // weight: how strongly it negates
    ne_negator,   // negates only after "ne": "plus", "personne"
    intensifier,  // weight: factor on the next word; below 1 it diminishes
    neutral,      // formulae in which a word means nothing: "merci d'avance", "not only"
    conjunction,  // "and": a negator looks for its first word no further
    contrast,     // "but": what follows weighs more
    concession,   // "although": the clause weighs less
    // What a message wants; these are counted independently of the ones above and of each other.
    complaint,
    question,
    praise,
    spam,
    urgent,    // wants it now
    legal,     // lawyer, court, ombudsman, consumers' organisation, regulator
    press,     // media, going viral
    safety,    // danger to people, stolen money or account
    own,       // the writer's own dealings with the brand: "my order"
    sarcasm,   // rolling eyes
    greeting,  // "hello": a sentence begins behind it
    number,    // "two", "trois": with digits, what "#" matches
    common,    // frequent words, for the language vote of short texts
};
inline constexpr std::size_t kCategories = static_cast<std::size_t>(Category::common) + 1;
const char* to_string(Category category);
// Words with a feeling of their own: sentiment .. denial.
bool carries(Category category);

struct Hit {
    Category category = Category::sentiment;
    double weight = 0;
    std::size_t first = 0;  // tokens, both included
    std::size_t last = 0;
    std::uint32_t entry = 0;  // equal for hits of one entry of the lexicon
    bool anchored = false;    // of an entry that stands at the beginning of a sentence only
};

// What a lexicon finds in a text.
struct Reading {
    // Of the felt categories (sentiment .. concession): left to right, not overlapping.
    std::vector<Hit> feelings;
    // Of the others up to greeting; within a category they do not overlap.
    std::vector<Hit> markers;
};

class Lexicon {
  public:
    // `umlauts`: "ä" in an entry is also met as "ae".
    static Result<Lexicon> parse(std::string_view toml, bool umlauts = false);

    // At most 400 hits of each kind.
    Reading read(const Text& text) const;
    // A frequent word of the language.
    bool is_common(const Token& token) const;
    // Some entry of one word matches it.
    bool knows(const Text& text, std::size_t token) const;
    std::size_t size(Category category) const { return counts_[static_cast<std::size_t>(category)]; }

    // Adds the entries of `other`, e.g. the emoji.
    void merge(const Lexicon& other);

  private:
    // The word of "#" in the index; no token is folded so.
    static constexpr const char* kNumberWord = "\x01";

    struct Part {
        std::string word;
        bool number = false;      // "#"
        bool prefix = false;      // "déçu*"
        bool gap_before = false;  // up to three words, no negators, before it: "waar ~ bestelling"
    };
    struct Entry {
        Category category = Category::sentiment;
        double weight = 0;
        bool anchored = false;  // "^comment": at the beginning of a sentence only
        std::vector<Part> parts;
    };
    // Looked up by parts of words without copying them.
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    using Index = std::unordered_map<std::string, std::vector<std::uint32_t>, Hash, std::equal_to<>>;
    using Words = std::unordered_set<std::string, Hash, std::equal_to<>>;
    struct Match {
        std::uint32_t entry = 0;
        std::uint32_t last = 0;
    };
    // The matches of each token, one list after the other.
    struct Matches {
        std::vector<Match> all;
        std::vector<std::size_t> begin;  // one more than tokens
    };

    Status add(Category category, double weight, std::string_view pattern, bool umlauts);
    void insert(Entry entry);
    Matches matches(const Text& text) const;
    std::vector<Hit> feelings(const Matches& matches) const;
    std::vector<Hit> markers(const Matches& matches) const;
    // The feeling that begins at a token; last = npos: none.
    Hit feeling_at(const Matches& matches, std::size_t token) const;
    bool carries_at(const Matches& matches, std::size_t token) const;
    Hit hit(const Match& match, std::size_t token) const;
    template <class Visit>
    void visit_at(const Text& text, std::size_t token, const Visit& visit) const;
    bool is_number(const Token& token) const;
    bool at_sentence_start(const Text& text, std::size_t token) const;
    // The last token of the match, or npos.
    std::size_t match(const Entry& entry, const Text& text, std::size_t token) const;
    bool same(const Part& part, const Token& token) const;

    std::vector<Entry> entries_;
    Index exact_;   // first word -> entries
    Index prefix_;  // first word's stem -> entries
    std::size_t longest_stem_ = 0;
    Words numbers_;
    Words greetings_;
    Words negators_;
    Words common_;
    std::size_t counts_[kCategories] = {};
};

// "fr", "nl", "en", "de", each with the common one merged in; any other language: the common one alone.
// Built once, from the text embedded in the program.
const Lexicon& lexicon_for(std::string_view language);
inline constexpr std::string_view kLanguages[] = {"fr", "nl", "en", "de"};

}  // namespace guichet::routing
