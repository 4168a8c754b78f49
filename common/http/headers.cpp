#include "common/http/headers.hpp"

#include <algorithm>

#include "common/http/text.hpp"

namespace guichet::http {

namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool breaks_line(char c) {
    return c == '\r' || c == '\n' || c == '\0';
}

}  // namespace

bool iequals(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i] != b[i] && lower(a[i]) != lower(b[i])) return false;
    }
    return true;
}

void Headers::add(std::string_view name, std::string_view value) {
    if (!is_token(name)) return;
    Field field{static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(name.size()),
                static_cast<std::uint32_t>(value.size())};
    text_.append(name);
    const std::size_t value_at = text_.size();
    text_.append(value);
    std::replace_if(text_.begin() + static_cast<std::ptrdiff_t>(value_at), text_.end(), breaks_line, ' ');
    fields_.push_back(field);
}

void Headers::set(std::string_view name, std::string_view value) {
    // The arguments may point into our own text.
    const std::string kept_name(name);
    const std::string kept_value(value);
    remove(kept_name);
    add(kept_name, kept_value);
}

void Headers::remove(std::string_view wanted) {
    std::erase_if(fields_, [&](const Field& f) { return iequals(name(f), wanted); });
}

void Headers::clear() {
    text_.clear();
    fields_.clear();
}

std::optional<std::string_view> Headers::find(std::string_view wanted) const {
    for (const Field& f : fields_) {
        if (iequals(name(f), wanted)) return value(f);
    }
    return std::nullopt;
}

std::string_view Headers::get(std::string_view wanted) const {
    return find(wanted).value_or(std::string_view{});
}

std::string Headers::joined(std::string_view wanted) const {
    std::string out;
    bool first = true;
    for (const Field& f : fields_) {
        if (!iequals(name(f), wanted)) continue;
        if (!first) out += ", ";
        first = false;
        out += value(f);
    }
    return out;
}

bool Headers::has_token(std::string_view wanted, std::string_view token) const {
    for (const Field& f : fields_) {
        if (!iequals(name(f), wanted)) continue;
        for (std::string_view member : split(value(f), ',')) {
            if (iequals(trim(member), token)) return true;
        }
    }
    return false;
}

std::pair<std::string_view, std::string_view> Headers::at(std::size_t index) const {
    const Field& f = fields_.at(index);
    return {name(f), value(f)};
}

void Headers::reserve(std::size_t fields, std::size_t bytes) {
    fields_.reserve(fields);
    text_.reserve(bytes);
}

}  // namespace guichet::http
