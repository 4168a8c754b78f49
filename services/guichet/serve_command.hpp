#pragma once
// guichet serve, check-config, print-config.
#include <optional>
#include <string>
#include <vector>

#include "common/config/config.hpp"

namespace guichet {

struct ConfigArguments {
    std::optional<std::string> file;
    // "property=value"
    std::vector<std::string> set;
    std::string target, data, http, grpc, redis;
};

// Prints every problem; nothing then.
std::optional<config::Config> load_config(const ConfigArguments& arguments);

// Exit codes: 0 fine, 1 failed, 2 configuration wrong.
int serve(const ConfigArguments& arguments);
int check_config(const ConfigArguments& arguments);
int print_config(const ConfigArguments& arguments, bool json);

}  // namespace guichet
