#pragma once
// What a second factor accepts, and what becomes of it. Pure: the record is changed, the caller writes it,
// with the version that he read, so that nothing is accepted twice.
#include <optional>
#include <string>

#include "common/core/clock.hpp"
#include "guichet/records/v1/second_factor.pb.h"

namespace guichet::gateway {

enum class Accepted { no, code, recovery_code };

// `secret`: the record's, opened. What was accepted is used up in `record`.
Accepted use_factor(records::v1::SecondFactorRecord& record, const std::string& secret,
                    const std::string& typed, TimeMs now);

// The pending secret becomes the factor when its code is right. `pending`: opened.
bool confirm_factor(records::v1::SecondFactorRecord& record, const std::string& pending,
                    const std::string& typed, TimeMs now);

}  // namespace guichet::gateway
