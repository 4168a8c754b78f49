#pragma once
// Who the person on the private side is, by the way he came and by what he has proven. Pure.
#include <optional>

#include "common/proof/code.hpp"

namespace guichet::escalation {

using proof::Account;

// In order of strength.
enum class Identity { claimed, account_proven, brand_verified };
const char* to_string(Identity identity);  // "claimed", "account_proven", "brand_verified"

// How the way to the page reached the person.
enum class Reached {
    in_public,            // everybody could read it
    privately,            // to the author's own account or to a proven address
    to_unproven_address,  // to an address that somebody said is his
};

struct Evidence {
    Reached reached = Reached::in_public;
    std::optional<Account> code_posted_by;  // where proof::try_code() said matched
    Account author;                         // of the public comment
    bool brand_verified = false;            // an agent verified the person otherwise
};

Identity identity_of(const Evidence& evidence);

}  // namespace guichet::escalation
