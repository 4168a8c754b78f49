#pragma once
// Inputs with label, hint and error, tied together for those who cannot see them. Pure.
#include <string>
#include <utility>
#include <vector>

#include "services/ingest/web/form_model.hpp"
#include "services/ingest/web/html.hpp"

namespace guichet::ingest::web {

class Fields {
  public:
    Fields(const Texts& texts, const std::vector<FieldError>& errors) : t_(texts), errors_(errors) {}

    struct Input {
        const char* id;
        const char* label;
        std::string value;
        const char* type = "text";
        const char* autocomplete = "off";
        bool optional = false;
        const char* hint = nullptr;
        const char* css = "field";
        const char* input_mode = nullptr;
    };
    Html input(const Input& input) const;
    Html area(const char* id, const char* label, const std::string& value, const char* hint,
              int rows = 7) const;
    Html files(const char* id, const char* label, const std::string& hint) const;

    struct Choice {
        const char* value;
        const char* label;
        const char* hint = nullptr;
    };
    // Radio buttons in a fieldset; the first has the group's id, so that the error summary leads to it.
    Html choices(const char* id, const char* question, const std::string& chosen,
                 const std::vector<Choice>& choices, const char* hint = nullptr,
                 const char* css = "field choices") const;
    // What is wrong, with links to the inputs; takes the focus. Empty when nothing is.
    Html summary() const;
    const std::string* error_of(const std::string& id) const;

  private:
    Html error_line(const std::string& id) const;
    std::string described_by(const std::string& id, bool hint) const;

    const Texts& t_;
    const std::vector<FieldError>& errors_;
};

}  // namespace guichet::ingest::web
