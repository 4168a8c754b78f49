#pragma once
// The files of assets/, put into the executable by embed.cmake.

namespace guichet::ingest::web {

const char* style_css_text();
const char* live_js_text();

}  // namespace guichet::ingest::web
