#include "services/demo/platform/fields.hpp"

#include <cctype>

#include "services/demo/platform/refusal.hpp"

namespace guichet::stand_in {
namespace {

class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text) {}

    FieldList list() {
        FieldList fields;
        do {
            fields.push_back(field());
        } while (take(','));
        return fields;
    }
    bool done() const { return at_ == text_.size(); }
    [[noreturn]] void fail() const {
        throw Refusal{2500, "Syntax error in the field list at character " + std::to_string(at_)};
    }

  private:
    bool take(char wanted) {
        if (at_ == text_.size() || text_[at_] != wanted) return false;
        ++at_;
        return true;
    }
    std::string word() {
        const auto start = at_;
        while (at_ < text_.size() &&
               (std::isalnum(static_cast<unsigned char>(text_[at_])) || text_[at_] == '_')) {
            ++at_;
        }
        if (at_ == start) fail();
        return std::string(text_.substr(start, at_ - start));
    }
    Field field() {
        Field made;
        made.name = word();
        while (take('.')) {
            const auto name = word();
            if (!take('(')) fail();
            const auto end = text_.find(')', at_);
            if (end == std::string_view::npos) fail();
            made.arguments[name] = std::string(text_.substr(at_, end - at_));
            at_ = end + 1;
        }
        if (take('{')) {
            const auto start = at_;
            made.fields = list();
            made.inside = std::string(text_.substr(start, at_ - start));
            if (!take('}')) fail();
        }
        return made;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

FieldList parse_fields(std::string_view text) {
    if (text.empty()) return {};
    Reader reader(text);
    auto fields = reader.list();
    if (!reader.done()) reader.fail();
    return fields;
}

}  // namespace guichet::stand_in
