#include "common/channels/mail/folding.hpp"

#include <algorithm>
#include <vector>

#include "common/channels/mail/text.hpp"

namespace guichet::channels::mail {
namespace {

using Lines = std::vector<std::string_view>;

constexpr std::size_t kMaxAttribution = 400;
// An attribution may be broken over so many lines; a header block is recognised within so many.
constexpr std::size_t kAttributionLines = 4;
constexpr std::size_t kHeaderLines = 6;
// A signature is short: a "--" further up is a rule in the text.
constexpr std::size_t kMaxSignature = 20;

struct Language {
    // How the attribution line begins and ends.
    std::string_view on;
    std::string_view wrote;
    // The names in a header block.
    std::string_view from;
    std::string_view sent;
    std::string_view date;
    std::string_view original;
};

constexpr Language kLanguages[] = {
    {"On ", "wrote", "From:", "Sent:", "Date:", "Original Message"},
    {"Le ",
     "a \xC3\xA9"
     "crit",
     "De :", "Envoy\xC3\xA9", "Date :", "Message d'origine"},
    {"Op ", "schreef", "Van:", "Verzonden:", "Datum:", "Oorspronkelijk bericht"},
    {"Am ", "schrieb", "Von:", "Gesendet:", "Datum:", "Urspr\xC3\xBCngliche Nachricht"},
    {"El ", "escribi\xC3\xB3", "De:", "Enviado", "Fecha:", "Mensaje original"},
    {"Il ", "ha scritto", "Da:", "Inviato:", "Data:", "Messaggio originale"},
    {"Em ", "escreveu", "De:", "Enviada", "Data:", "Mensagem original"},
};

bool contains_word(std::string_view text, std::string_view word) {
    return lower(text).find(lower(word)) != std::string::npos;
}

std::string_view bare(std::string_view line) {
    const auto from = line.find_first_not_of(" \t\r*");
    if (from == std::string_view::npos) return {};
    return line.substr(from, line.find_last_not_of(" \t\r*") - from + 1);
}

bool is_quote(std::string_view line) {
    return bare(line).starts_with('>');
}

// "On Monday, 3 March 2025 at 10:02, Anna <anna@example.org> wrote:", perhaps broken over lines. Answers how
// many lines it takes, 0: it is none.
std::size_t attribution_at(const Lines& lines, std::size_t at) {
    const auto first = bare(lines[at]);
    std::string joined;
    for (std::size_t n = 0; n < kAttributionLines && at + n < lines.size(); ++n) {
        const auto line = bare(lines[at + n]);
        if (line.empty() || is_quote(line)) return 0;
        joined.append(line).append(" ");
        if (joined.size() > kMaxAttribution) return 0;
        if (!line.ends_with(':')) continue;
        for (const auto& language : kLanguages) {
            const bool dated =
                starts_with_word(first, language.on) &&
                std::any_of(joined.begin(), joined.end(), [](char c) { return c >= '0' && c <= '9'; });
            const bool address = joined.find('@') != std::string::npos;
            if ((dated || address) && contains_word(joined, language.wrote)) return n + 1;
        }
        return 0;
    }
    return 0;
}

bool is_original_line(std::string_view line) {
    const auto text = bare(line);
    if (!text.starts_with("--")) return false;
    return std::any_of(std::begin(kLanguages), std::end(kLanguages),
                       [text](const Language& one) { return contains_word(text, one.original); });
}

// Outlook's block: "From: …", and "Sent: …" or "Date: …" soon below.
bool is_header_block(const Lines& lines, std::size_t at) {
    const auto first = bare(lines[at]);
    return std::any_of(std::begin(kLanguages), std::end(kLanguages), [&](const Language& one) {
        if (!starts_with_word(first, one.from)) return false;
        for (std::size_t i = at + 1; i < std::min(at + kHeaderLines, lines.size()); ++i) {
            const auto line = bare(lines[i]);
            if (starts_with_word(line, one.sent) || starts_with_word(line, one.date)) return true;
        }
        return false;
    });
}

bool is_rule(std::string_view line) {
    const auto text = bare(line);
    return text.size() >= 10 && text.find_first_not_of('_') == std::string_view::npos;
}

// "---------- Forwarded message ---------": the customer shows it, it is not history.
bool is_forward_line(std::string_view line) {
    constexpr std::string_view kWords[] = {
        "forwarded message",         "begin forwarded",   "message transf",      "doorgestuurd bericht",
        "weitergeleitete nachricht", "mensaje reenviado", "messaggio inoltrato", "mensagem encaminhada"};
    return std::any_of(std::begin(kWords), std::end(kWords),
                       [line](std::string_view word) { return contains_word(line, word); });
}

std::string joined(const Lines& lines, std::size_t from, std::size_t to) {
    std::string text;
    for (auto i = from; i < to; ++i) text.append(lines[i]).append("\n");
    const auto first = text.find_first_not_of("\r\n");
    if (first == std::string::npos) return {};
    text.erase(text.find_last_not_of(" \t\r\n") + 1);
    return text.substr(first);
}

bool blank_between(const Lines& lines, std::size_t from, std::size_t to) {
    for (auto i = from; i < to; ++i) {
        if (!is_blank(lines[i])) return false;
    }
    return true;
}

// Whether something of the customer's own stands below: text that is not quoted, beneath lines that are.
std::size_t own_words_after(const Lines& lines, std::size_t from) {
    bool quotes = false;
    for (auto i = from; i < lines.size(); ++i) {
        if (is_quote(lines[i])) {
            quotes = true;
        } else if (!is_blank(lines[i])) {
            return quotes ? i : lines.size();
        }
    }
    return lines.size();
}

struct Cut {
    // Where the history begins, and the first line below its introduction.
    std::size_t at;
    std::size_t below;
};

Cut find_cut(const Lines& lines) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (is_forward_line(lines[i])) break;
        if (const auto count = attribution_at(lines, i); count > 0) return {i, i + count};
        if (is_original_line(lines[i]) || is_header_block(lines, i)) return {i, lines.size()};
        if (is_rule(lines[i]) && i + 1 < lines.size() && is_header_block(lines, i + 1))
            return {i, lines.size()};
    }
    // Bare `>` lines at the end.
    auto end = lines.size();
    while (end > 0 && (is_blank(lines[end - 1]) || is_quote(lines[end - 1]))) --end;
    return {end, end};
}

std::size_t signature_at(const Lines& lines, std::size_t end) {
    for (auto i = end; i > 0 && end - i < kMaxSignature; --i) {
        const auto line = lines[i - 1];
        if (line == "-- " || line == "--" || line == "--\r" || line == "-- \r") return i - 1;
    }
    return end;
}

}  // namespace

Folded fold_quotes(std::string_view text) {
    const auto lines = lines_of(text);
    const auto cut = find_cut(lines);
    std::size_t from = 0;
    auto to = cut.at;
    const auto below = own_words_after(lines, cut.below);
    if (below < lines.size()) {
        // Answered below the quotation, or between its lines.
        const bool only_below = blank_between(lines, 0, cut.at);
        auto last_quote = lines.size();
        while (last_quote > below && !is_quote(lines[last_quote - 1])) --last_quote;
        const bool one_block = last_quote == below;
        from = only_below && one_block ? below : 0;
        to = lines.size();
        while (to > from && (is_blank(lines[to - 1]) || is_quote(lines[to - 1]))) --to;
    }
    to = std::max(from, signature_at(lines, to));
    Folded folded;
    folded.fresh = joined(lines, from, to);
    if (is_blank(folded.fresh)) {
        folded.fresh = joined(lines, 0, lines.size());
        return folded;
    }
    folded.quoted = joined(lines, 0, from);
    const auto tail = joined(lines, to, lines.size());
    if (!folded.quoted.empty() && !tail.empty()) folded.quoted += "\n";
    folded.quoted += tail;
    return folded;
}

}  // namespace guichet::channels::mail
