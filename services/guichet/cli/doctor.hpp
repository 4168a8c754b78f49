#pragma once
// guichet doctor: looks at the machine and the server, says what is wrong and what to do.
#include "services/guichet/cli/connection.hpp"

namespace guichet::cli {

int run_doctor(const Where& where);

}  // namespace guichet::cli
