# Writes OUT, a C++ file that defines asset_texts.hpp from the files of ASSETS.
file(READ ${ASSETS}/style.css style)
file(READ ${ASSETS}/live.js live)
file(WRITE ${OUT} "#include \"services/ingest/web/asset_texts.hpp\"

namespace guichet::ingest::web {

const char* style_css_text() { return R\"asset(${style})asset\"; }
const char* live_js_text() { return R\"asset(${live})asset\"; }

}  // namespace guichet::ingest::web
")
