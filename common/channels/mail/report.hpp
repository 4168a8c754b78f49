#pragma once
// Delivery status notifications (RFC 3464): the machine-readable part. Pure.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/channels/mail/mime.hpp"

namespace guichet::channels::mail {

// The decoded body of a message/delivery-status part: groups of fields; the first speaks of the report
// itself, each further one of a recipient. A group without Action and Status is left out.
std::vector<Report> parse_delivery_status(std::string_view body, std::size_t limit);

// The Message-ID among the headers of the mail that came back, "" when there is none.
std::string original_id_in(std::string_view headers);

}  // namespace guichet::channels::mail
