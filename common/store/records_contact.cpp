#include "common/core/bytes.hpp"
#include "common/store/records.hpp"

namespace guichet::store {
namespace {

// As many of its last ones are the same with and without the country's code.
constexpr std::size_t kPhoneDigits = 9;

const std::string& field(const Fields& fields, const std::string& name) {
    static const std::string kNone;
    const auto found = fields.find(name);
    return found == fields.end() ? kNone : found->second;
}

void add_identity(v1::Contact& contact, const KnownContact& known) {
    const auto& text = field(known.fields, "id1");
    if (text.empty()) return;
    auto* identity = contact.add_identities();
    const auto bar = text.find('|');
    identity->set_channel(text.substr(0, bar));
    identity->set_external_id(text.substr(bar + 1));
    identity->set_name(field(known.fields, "nm"));
    identity->set_contact(known.id);
    for (const auto& mark : marks_of(known.fields)) {
        if (mark.kind == "mail" && identity->email().empty()) identity->set_email(mark.value);
        if (mark.kind == "phone" && identity->phone().empty()) identity->set_phone(mark.value);
    }
}

void add_merged(v1::Contact& contact, const KnownContact& known) {
    auto* merged = contact.add_merged();
    merged->set_contact(known.id);
    merged->set_name(field(known.fields, "nm"));
    merged->set_into(field(known.fields, "jn"));
    merged->set_actor(field(known.fields, "jb"));
    set_time(merged->mutable_at(), std::atoll(field(known.fields, "ja").c_str()));
    merged->set_proven(field(known.fields, "jp") == "1");
    merged->set_reason(field(known.fields, "jr"));
}

}  // namespace

v1::Contact to_contact(const std::vector<KnownContact>& person) {
    v1::Contact contact;
    if (person.empty()) return contact;
    const auto& top = person.front();
    contact.set_id(top.id);
    contact.set_version(std::atoll(field(top.fields, "v").c_str()));
    if (const auto& created = field(top.fields, "cr"); !created.empty())
        set_time(contact.mutable_created_at(), std::atoll(created.c_str()));
    for (const auto& known : person) {
        if (contact.name().empty()) contact.set_name(field(known.fields, "nm"));
        add_identity(contact, known);
        if (known.id != top.id) add_merged(contact, known);
    }
    return contact;
}

// Lines "kind|proven|value", as G.mark keeps them.
std::vector<ContactMark> marks_of(const Fields& contact) {
    std::vector<ContactMark> marks;
    const auto& lines = field(contact, "mk");
    for (std::size_t start = 0; start < lines.size();) {
        const auto end = std::min(lines.find('\n', start), lines.size());
        const auto line = lines.substr(start, end - start);
        const auto first = line.find('|');
        const auto second = first == std::string::npos ? first : line.find('|', first + 1);
        if (second != std::string::npos) {
            marks.push_back({line.substr(0, first), line.substr(first + 1, second - first - 1) == "1",
                             line.substr(second + 1)});
        }
        start = end + 1;
    }
    return marks;
}

std::string mark_key(const ContactMark& mark) {
    if (mark.kind != "phone" || mark.value.size() <= kPhoneDigits) return mark.value;
    return mark.value.substr(mark.value.size() - kPhoneDigits);
}

std::string mark_digest(const ContactMark& mark) {
    return hex(sha256(mark.kind + "|" + mark_key(mark))).substr(0, 32);
}

}  // namespace guichet::store
