#include "services/escalation/engine/proof.hpp"

namespace guichet::escalation {

const char* to_string(Identity identity) {
    switch (identity) {
        case Identity::claimed:
            return "claimed";
        case Identity::account_proven:
            return "account_proven";
        case Identity::brand_verified:
            return "brand_verified";
    }
    return "";
}

Identity identity_of(const Evidence& evidence) {
    if (evidence.brand_verified) return Identity::brand_verified;
    if (evidence.reached == Reached::privately) return Identity::account_proven;
    const bool own = evidence.author.known() && evidence.code_posted_by == evidence.author;
    return own ? Identity::account_proven : Identity::claimed;
}

}  // namespace guichet::escalation
