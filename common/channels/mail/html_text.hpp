#pragma once
// HTML of a mail as plain text: nothing of it is ever shown as HTML. Pure, linear in time, bounded.
#include <cstddef>
#include <string>
#include <string_view>

namespace guichet::channels::mail {

// Scripts, styles, the head and comments vanish; blocks and <br> become lines; <li> a dash; a link keeps its
// http, https or mailto address behind its words; <blockquote> becomes "> " at the beginning of its lines, so
// that quoted text is found as in plain text. At most `limit` bytes, cut at a character.
std::string html_to_text(std::string_view html, std::size_t limit);

// "&eacute;", "&#233;" and "&#xE9;" become é; what is no entity stays as it is.
std::string decode_entities(std::string_view text);

}  // namespace guichet::channels::mail
