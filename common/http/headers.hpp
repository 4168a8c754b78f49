#pragma once
// Header fields of a request or response: any number of a name, order kept, names compared without case.
//
// All text lies in one buffer, so a request with twenty fields costs two allocations. Views returned are
// valid until the next change, move or end of the object.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace guichet::http {

// ASCII only.
bool iequals(std::string_view a, std::string_view b);

class Headers {
  public:
    // CR, LF and NUL in a value become spaces: a value taken from a user cannot add fields of its own.
    // A name that is not an RFC 9110 token is ignored.
    void add(std::string_view name, std::string_view value);
    // Replaces every field of that name.
    void set(std::string_view name, std::string_view value);
    void remove(std::string_view name);
    void clear();

    // The first field of that name.
    std::optional<std::string_view> find(std::string_view name) const;
    // The same, with "" for absent.
    std::string_view get(std::string_view name) const;
    bool has(std::string_view name) const { return find(name).has_value(); }
    // All fields of that name, joined by ", " (RFC 9110 section 5.3).
    std::string joined(std::string_view name) const;
    // True when one of the comma-separated members of the named fields equals `token`.
    bool has_token(std::string_view name, std::string_view token) const;

    std::size_t size() const { return fields_.size(); }
    bool empty() const { return fields_.empty(); }
    std::pair<std::string_view, std::string_view> at(std::size_t index) const;
    void reserve(std::size_t fields, std::size_t bytes);

  private:
    struct Field {
        std::uint32_t name_at;
        std::uint32_t name_size;
        std::uint32_t value_size;  // the value follows the name
    };
    std::string_view name(const Field& f) const {
        return std::string_view(text_).substr(f.name_at, f.name_size);
    }
    std::string_view value(const Field& f) const {
        return std::string_view(text_).substr(f.name_at + f.name_size, f.value_size);
    }

    std::string text_;
    std::vector<Field> fields_;
};

}  // namespace guichet::http
