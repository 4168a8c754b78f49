#pragma once
// A telephone number as somebody typed it, brought to one form. Pure.
#include <string>
#include <string_view>

namespace guichet::privacy {

// "+32470123456" of "+32 (0)470/12.34.56" or "0032 470 …"; "0470123456" of a national form. Empty when it is
// no number: letters, or not 6 to 15 digits (E.164 allows fifteen).
std::string dial_number(std::string_view text);

}  // namespace guichet::privacy
