#pragma once
// What a customer filled in: read, checked, turned into a message. Pure.
#include <string>
#include <vector>

#include "common/core/clock.hpp"
#include "common/http/multipart.hpp"
#include "guichet/v1/ingest.pb.h"
#include "services/ingest/options.hpp"
#include "services/ingest/web/texts.hpp"

namespace guichet::ingest::web {

struct Upload {
    std::string name;
    std::string media_type;
    std::string bytes;
};

struct FormData {
    std::string customer;  // "yes", "organisation", "no"
    std::string organisation;
    std::string manager;  // "yes", "no"
    std::string manager_name;
    std::string name, email, phone;
    std::string preferred = "page";  // "email", "phone", "page"
    std::string message;
    // What people do not see: filled in by robots.
    std::string website;
    std::string token;
    std::string return_to;
    std::vector<Upload> uploads;
    // More or larger files than allowed were sent; they are not kept.
    bool too_many_files = false;
    bool file_too_large = false;
};

// INVALID_ARGUMENT when the body is no form. Texts are well-formed UTF-8 with plain line breaks afterwards.
Result<FormData> read_form(std::string_view content_type, std::string_view body, const FormOptions& options);

struct FieldError {
    // Id of the input; empty: the form as a whole.
    std::string field;
    std::string text;
};
std::vector<FieldError> check_form(const FormData& data, const FormOptions& options, const Texts& texts);

bool plausible_email(std::string_view text);
// Digits with an optional plus; empty when it is no phone number.
std::string normal_phone(std::string_view text);

// `submission` is the message's id and its thread: two forms of one person are two conversations, as nobody
// has proven yet who he is. Attachments are added by the caller.
v1::InboundMessage to_message(const FormData& data, const std::string& channel, const std::string& submission,
                              TimeMs now, Language language, const FormTexts& form);

}  // namespace guichet::ingest::web
