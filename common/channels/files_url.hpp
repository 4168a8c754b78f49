#pragma once
// The setting `files_url`: where a channel's system keeps files in a private network, e.g.
// "http://10.0.0.5:8080/files/". What lies below may be fetched from there, nothing else of that host: the
// addresses of files come with messages, and so from strangers.
#include <string>

#include "common/core/status.hpp"
#include "guichet/v1/admin.pb.h"

namespace guichet::channels {

// INVALID_ARGUMENT names the setting; absent or empty is fine. Pure, as the next.
Status check_files_url(const v1::Channel& channel);

// `url` lies below files_url, and the channel may use private addresses (allow_private). Whoever asks fetches
// it without following redirects.
bool is_private_file(const v1::Channel& channel, const std::string& url);

}  // namespace guichet::channels
