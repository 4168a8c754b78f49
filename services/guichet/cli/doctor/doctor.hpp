#pragma once
// guichet doctor: looks at the machine, Redis and the server, says what is wrong and what to do.
#include "services/guichet/cli/connection.hpp"
#include "services/guichet/serve_command.hpp"

namespace guichet::cli {

// 0: nothing is wrong; 1: something is; 2: the configuration is. `config` as serve takes it; its data
// directory is that of `where` unless it names one.
int run_doctor(const Where& where, ConfigArguments config, bool json);

}  // namespace guichet::cli
