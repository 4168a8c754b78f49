#include "services/ingest/marks.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "common/core/fold.hpp"
#include "common/privacy/dial.hpp"

namespace guichet::ingest {
namespace {

constexpr std::size_t kMostValue = 120;
constexpr std::size_t kTextRead = 4'000;
constexpr std::size_t kLeastOrder = 5;        // characters of an order number
constexpr std::size_t kLeastOrderDigits = 4;  // of them
constexpr int kWordsBetween = 3;              // "my order, number is 4711-0815"

constexpr auto kTownFields = std::to_array<std::string_view>(
    {"town", "city", "ville", "commune", "gemeente", "plaats", "stad", "woonplaats", "ort", "stadt",
     "postcode", "zip", "postalcode", "codepostal", "plz"});
// Of fields, and of words in a text.
constexpr auto kOrderWords = std::to_array<std::string_view>(
    {"order", "ordernumber", "orderno", "ordernr", "ordernummer", "commande", "numerocommande", "bestelling",
     "bestelnummer", "bestelnr", "bestellung", "bestellnummer", "auftrag", "auftragsnummer"});

template <std::size_t N>
bool among(const std::array<std::string_view, N>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

std::string letters(const std::string& folded) {
    std::string out;
    for (const char c : folded) {
        if (c >= 'a' && c <= 'z') out.push_back(c);
    }
    return out;
}

// Lower case, one space between words, no bars.
std::string plain(const std::string& text) {
    std::string out;
    for (const char c : fold(text)) {
        const bool word =
            (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
        if (word) {
            out.push_back(c);
        } else if (!out.empty() && out.back() != ' ') {
            out.push_back(' ');
        }
    }
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return out.substr(0, kMostValue);
}

// Folding makes no digit of anything else.
bool has_digits_of_order(std::string_view text) {
    std::size_t digits = 0;
    for (const char c : text) digits += static_cast<unsigned char>(c - '0') < 10 ? 1 : 0;
    return digits >= kLeastOrderDigits;
}

std::string order_number(std::string_view text) {
    if (!has_digits_of_order(text)) return {};
    std::string number;
    for (const char c : text) {
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) number.push_back(c);
    }
    return number.size() >= kLeastOrder && number.size() <= 40 ? number : std::string();
}

std::string mail_of(const std::string& address) {
    const auto at = address.find('@');
    const bool fits = at != std::string::npos && at > 0 && at + 1 < address.size() &&
                      address.size() <= kMostValue && address.find_first_of("| \t\r\n") == std::string::npos;
    return fits ? fold(address) : std::string();
}

class Marks {
  public:
    void add(const char* kind, bool proven, std::string value) {
        if (value.empty() || all_.size() == kMostMarks) return;
        const bool known = std::any_of(all_.begin(), all_.end(), [&](const auto& mark) {
            return mark.kind == kind && mark.value == value;
        });
        if (!known) all_.push_back({kind, proven, std::move(value)});
    }
    std::vector<store::ContactMark> take() { return std::move(all_); }

  private:
    std::vector<store::ContactMark> all_;
};

// A number near a word that says what it is. Most texts have none, which is seen without reading their words.
void add_orders(Marks& marks, const std::string& text) {
    const auto read = std::string_view(text).substr(0, kTextRead);
    if (!has_digits_of_order(read)) return;
    const auto folded = fold(read);
    int words_since = kWordsBetween + 1;
    for (std::size_t start = 0; start < folded.size();) {
        const auto end = std::min(folded.find_first_of(" \t\r\n,;:!?()#\"", start), folded.size());
        const auto word = std::string_view(folded).substr(start, end - start);
        start = end + 1;
        if (word.empty()) continue;
        if (among(kOrderWords, letters(std::string(word))) && order_number(word).empty()) {
            words_since = 0;
            continue;
        }
        if (++words_since <= kWordsBetween + 1) marks.add("order", false, order_number(word));
    }
}

void add_fields(Marks& marks, const v1::InboundMessage& message) {
    for (const auto& field : message.fields()) {
        const auto name = letters(fold(field.name()));
        if (among(kOrderWords, name)) marks.add("order", false, order_number(fold(field.value())));
        if (name == "phone" || name == "tel" || name == "telephone" || name == "gsm") {
            marks.add("phone", false, privacy::dial_number(field.value()));
        }
        const auto person = plain(message.author().name()), town = plain(field.value());
        if (among(kTownFields, name) && !person.empty() && !town.empty()) {
            marks.add("name_town", false, person + "," + town);
        }
    }
}

}  // namespace

std::vector<store::ContactMark> marks_of(const v1::InboundMessage& message, const v1::Channel& channel) {
    Marks marks;
    const bool from_it = channel.kind() == v1::CHANNEL_KIND_MAIL;
    marks.add("mail", from_it, mail_of(message.author().email()));
    marks.add("phone", false, privacy::dial_number(message.author().phone()));
    add_fields(marks, message);
    add_orders(marks, message.subject());
    add_orders(marks, message.text());
    return marks.take();
}

}  // namespace guichet::ingest
