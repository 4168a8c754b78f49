#pragma once
// What a mail means to Guichet. Pure.
#include <string>

#include "common/channels/connector.hpp"
#include "common/channels/mail/mime.hpp"
#include "common/channels/mail/settings.hpp"

namespace guichet::channels::mail {

// A customer's words; the brand's own (from one of its addresses); what became of a mail of ours; or nothing:
// autoresponders, read receipts, bulk mail and lists concern nobody.
//
// `raw` are the mail's bytes: without a Message-ID their digest is the id. A thread is the conversation that
// one of our own ids names ("conv:…"), else the first of References, which every good mail program hands on
// unchanged, else In-Reply-To, else the mail itself.
Events events_of(const Mail& mail, const Settings& settings, const std::string& raw);

// For a mail of which only the header was fetched, as it has so many bytes.
Events events_of_large(Mail mail, const Settings& settings, const std::string& header, std::size_t bytes);

}  // namespace guichet::channels::mail
