// Beast is compiled once, here: every other translation unit sees declarations only.
//
// Without its assertions, as in a release: one of basic_parser::parse_chunk_header does not hold for a last
// chunk that is followed by trailers and comes byte by byte, and no client shall end a server that was built
// with them. What it does then is right (tests/unit/http/request_parser_test.cpp,
// tests/fuzz/http/seeds/trailers).
#define BOOST_DISABLE_ASSERTS
#include <boost/beast/src.hpp>
