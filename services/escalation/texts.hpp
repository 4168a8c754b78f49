#pragma once
// The words of an offer. Pure.
#include <string>

#include "common/core/status.hpp"
#include "services/escalation/engine/public_words.hpp"
#include "services/escalation/scene.hpp"

namespace guichet::escalation {

inline constexpr std::size_t kMostReason = 500;  // bytes

// What the customer reads in private first; names no matter. `language` as suggest_invitation() takes it.
std::string suggest_private(std::string_view language);

bool has_link(std::string_view text);
// {{link}} replaced, the signature below.
std::string said(const std::string& text, const std::string& link, const std::string& signature);

// What must not be said of this person and this matter in public.
CaseFacts case_facts(const Scene& scene);
// INVALID_ARGUMENT with each problem's words.
Status check_words(const std::string& field, const std::string& text, const CaseFacts& facts);
// No variable but {{link}}, and that only where there is one.
Status check_variables(const std::string& field, const std::string& text, bool link);

}  // namespace guichet::escalation
