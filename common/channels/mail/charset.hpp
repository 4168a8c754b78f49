#pragma once
// From what a mail says its charset is to UTF-8. Pure; never fails: what cannot be read becomes U+FFFD.
#include <string>
#include <string_view>

namespace guichet::channels::mail {

// `charset` as in a Content-Type (RFC 2046 section 4.1.2), in any case; "" and unknown names: UTF-8 where the
// bytes are well-formed, else windows-1252. ISO-8859-1 and US-ASCII are read as windows-1252, as every mail
// program does (WHATWG Encoding Standard section 4.2). The result is well-formed, without NUL.
std::string to_utf8(std::string_view bytes, std::string_view charset);

}  // namespace guichet::channels::mail
