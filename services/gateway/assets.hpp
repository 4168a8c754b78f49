#pragma once
// Files within the executable. The console's are /static/<name>-<hash>.<ending>; those of the pages around it
// /static/<name>?v=<hash>. With the right hash they may be kept for ever.
#include <map>
#include <string>

#include "common/http/router.hpp"

namespace guichet::gateway {

// Name -> content, as they are in page/.
const std::map<std::string, std::string>& asset_files();

// "/static/app.js?v=0123456789abcdef"
std::string asset_url(const std::string& name);

// A page's text with every {{asset:name}} replaced by its address.
std::string with_assets(std::string html);

void mount_assets(http::Router& router);

}  // namespace guichet::gateway
