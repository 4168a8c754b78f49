#pragma once
// The registry of properties: one declaration each, in schema_*.cpp, binds a dotted name to a member of
// Settings with its description and its rule. The default is the member's value in a default-constructed
// Settings.
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "common/config/codec.hpp"
#include "common/config/rules.hpp"
#include "common/config/settings.hpp"

namespace guichet::config {

struct Property {
    std::string name;         // "http.address"
    std::string type;         // "duration"
    std::string description;  // sentences
    std::string allowed;      // "1s to 1h"; may be empty
    std::string example;      // as TOML; may be empty
    bool secret = false;
    // Parses, checks and stores. INVALID_ARGUMENT in words that follow the property's name: "must be ...".
    std::function<Result<>(Settings&, const Raw&, const Environment&)> set;
    // The value as TOML (which is JSON too, but for a secret's reference); empty: a secret that is not set.
    std::function<std::string(const Settings&)> text;

    // "GUICHET_HTTP_ADDRESS"
    std::string variable() const;
};

struct SectionInfo {
    std::string name;
    std::string description;
};

// A condition between properties; nothing when it holds, else a sentence.
struct CrossRule {
    std::vector<std::string> properties;
    std::function<std::optional<std::string>(const Settings&)> broken;
};

class Schema;

template <class S>
class Section {
  public:
    Section(Schema& schema, std::string name, std::function<S&(Settings&)> access)
        : schema_(schema), name_(std::move(name)), access_(std::move(access)) {}

    template <class T>
    Section& add(const std::string& name, T S::*member, std::string description,
                 std::type_identity_t<Rule<T>> rule = {}, std::string example = {});

  private:
    Schema& schema_;
    std::string name_;
    std::function<S&(Settings&)> access_;
};

class Schema {
  public:
    template <class S>
    Section<S> section(const std::string& name, std::string description, S Settings::*member) {
        sections_.push_back({name, std::move(description)});
        return Section<S>(*this, name, [member](Settings& all) -> S& { return all.*member; });
    }
    template <class Outer, class S>
    Section<S> section(const std::string& name, std::string description, Outer Settings::*outer,
                       S Outer::*member) {
        sections_.push_back({name, std::move(description)});
        return Section<S>(*this, name, [outer, member](Settings& all) -> S& { return (all.*outer).*member; });
    }
    void add(Property property) { properties_.push_back(std::move(property)); }
    void rule(std::vector<std::string> properties,
              std::function<std::optional<std::string>(const Settings&)> broken) {
        rules_.push_back({std::move(properties), std::move(broken)});
    }

    const std::vector<SectionInfo>& sections() const { return sections_; }
    const std::vector<Property>& properties() const { return properties_; }
    const std::vector<CrossRule>& rules() const { return rules_; }
    // Null when unknown.
    const Property* find(std::string_view name) const;
    // True when some property's name begins with `name` and a dot.
    bool is_section(std::string_view name) const;
    // The known name most like `name`; empty when none is near.
    std::string suggest(std::string_view name) const;

  private:
    std::vector<SectionInfo> sections_;
    std::vector<Property> properties_;
    std::vector<CrossRule> rules_;
};

// Every property of Guichet, made once.
const Schema& schema();

template <class S>
template <class T>
Section<S>& Section<S>::add(const std::string& name, T S::*member, std::string description,
                            std::type_identity_t<Rule<T>> rule, std::string example) {
    Property property;
    property.name = name_ + "." + name;
    property.type = Codec<T>::kType;
    property.description = std::move(description);
    property.allowed = rule.allowed;
    if constexpr (std::is_enum_v<T>) property.allowed = Codec<T>::choices();
    property.example = std::move(example);
    property.secret = std::is_same_v<T, Secret>;
    property.set = [access = access_, member, rule](Settings& settings, const Raw& raw,
                                                    const Environment& environment) -> Result<> {
        auto value = Codec<T>::parse(raw, environment);
        if (value.has_error()) return value.error();
        if (rule.holds && !rule.holds(*value)) return invalid({}, "must be " + rule.allowed);
        access(settings).*member = std::move(*value);
        return {};
    };
    property.text = [access = access_, member](const Settings& settings) {
        // `access` only finds the section; the settings are not changed.
        return Codec<T>::text(access(const_cast<Settings&>(settings)).*member);
    };
    schema_.add(std::move(property));
    return *this;
}

}  // namespace guichet::config
