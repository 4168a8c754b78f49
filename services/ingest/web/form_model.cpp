#include "services/ingest/web/form_model.hpp"

#include <algorithm>

#include "common/core/bytes.hpp"
#include "common/http/headers.hpp"
#include "common/http/text.hpp"
#include "common/store/records.hpp"
#include "services/ingest/web/html.hpp"

namespace guichet::ingest::web {
namespace {

constexpr std::size_t kMaxLine = 300;

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](unsigned char c) { return (c & 0xC0) != 0x80; }));
}

std::string line(std::string_view text) {
    auto clean = repair_utf8(text.substr(0, 4 * kMaxLine));
    std::replace_if(
        clean.begin(), clean.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
    return std::string(http::trim(clean));
}

// Browsers send CR LF.
std::string lines(std::string_view text) {
    auto clean = repair_utf8(text);
    std::string out;
    out.reserve(clean.size());
    for (const unsigned char c : clean) {
        if (c == '\n' || c == '\t' || (c >= 0x20 && c != 0x7f)) out.push_back(static_cast<char>(c));
    }
    while (!out.empty() && (out.back() == '\n' || out.back() == ' ')) out.pop_back();
    return out;
}

template <class Get>
FormData collect(Get get) {
    FormData data;
    data.customer = line(get("customer"));
    data.organisation = line(get("organisation"));
    data.manager = line(get("manager"));
    data.manager_name = line(get("manager_name"));
    data.name = line(get("name"));
    data.email = line(get("email"));
    data.phone = line(get("phone"));
    const auto preferred = line(get("preferred"));
    data.preferred = preferred == "email" || preferred == "phone" ? preferred : "page";
    data.message = lines(get("message"));
    data.website = line(get("website"));
    data.token = std::string(get("token"));
    data.return_to = std::string(get("return"));
    return data;
}

Result<FormData> read_multipart(std::string_view content_type, std::string_view body,
                                const FormOptions& options) {
    http::MultipartLimits limits;
    // More than is kept, so that the customer is told in words which limit it was.
    limits.max_files = options.max_files * 4;
    limits.max_file_bytes = body.size();
    limits.max_field_bytes = options.text * 4 + 1'000;
    auto form = http::parse_multipart(content_type, body, limits);
    if (!form) return form.error();
    auto data = collect([&](std::string_view name) { return form->field(name); });
    for (const auto* file : form->files()) {
        if (data.uploads.size() >= options.max_files) data.too_many_files = true;
        if (file->data.size() > options.max_file_bytes) data.file_too_large = true;
        if (data.too_many_files || data.file_too_large) continue;
        data.uploads.push_back({line(file->filename), line(file->content_type), file->data});
    }
    return data;
}

void add_field(v1::InboundMessage& message, const char* name, const std::string& value) {
    if (value.empty()) return;
    auto* field = message.add_fields();
    field->set_name(name);
    field->set_value(value);
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return text;
}

// The id by which the brand recognises him: what he says, not what is proven.
std::string author_id(const FormData& data, const std::string& submission) {
    if (!data.email.empty()) return "mail:" + lower(data.email);
    if (!data.phone.empty()) return "tel:" + normal_phone(data.phone);
    return "form:" + submission;
}

}  // namespace

Result<FormData> read_form(std::string_view content_type, std::string_view body, const FormOptions& options) {
    const auto type = http::trim(content_type.substr(0, content_type.find(';')));
    if (http::iequals(type, "multipart/form-data")) return read_multipart(content_type, body, options);
    if (!http::iequals(type, "application/x-www-form-urlencoded")) {
        return invalid("content-type", "the body is no HTML form");
    }
    auto fields = http::parse_urlencoded(body);
    if (!fields) return fields.error();
    return collect(
        [&](std::string_view name) -> std::string { return http::find_field(*fields, name).value_or(""); });
}

bool plausible_email(std::string_view text) {
    const auto at = text.find('@');
    if (at == std::string_view::npos || at == 0 || text.find('@', at + 1) != std::string_view::npos)
        return false;
    const auto domain = text.substr(at + 1);
    const auto dot = domain.rfind('.');
    return text.find_first_of(" <>\"(),;:\\") == std::string_view::npos && dot != std::string_view::npos &&
           dot > 0 && dot + 2 < domain.size() + 1 && domain.find("..") == std::string_view::npos &&
           domain.back() != '.';
}

std::string normal_phone(std::string_view text) {
    std::string digits;
    for (const char c : text) {
        if (c >= '0' && c <= '9') {
            digits.push_back(c);
        } else if (c == '+' && digits.empty()) {
            digits.push_back(c);
        } else if (std::string_view(" ./-()").find(c) == std::string_view::npos) {
            return {};
        }
    }
    const auto count = digits.size() - (digits.rfind('+', 0) == 0 ? 1 : 0);
    return count >= 6 && count <= 15 ? digits : std::string();
}

std::vector<FieldError> check_form(const FormData& data, const FormOptions& options, const Texts& t) {
    std::vector<FieldError> errors;
    const auto wrong = [&](const char* field, std::string text) {
        errors.push_back({field, std::move(text)});
    };
    if (data.customer != "yes" && data.customer != "organisation" && data.customer != "no") {
        wrong("customer", t.error_customer);
    }
    if (data.customer == "organisation" && data.organisation.empty())
        wrong("organisation", t.error_organisation);
    // Not asked of those who are no customers.
    if (data.manager == "yes" && data.manager_name.empty() && data.customer != "no")
        wrong("manager_name", t.error_manager);
    if (data.name.empty()) wrong("name", t.error_name);
    if (!data.email.empty() && !plausible_email(data.email)) {
        wrong("email", t.error_email);
    } else if (data.email.empty() && data.preferred == "email") {
        wrong("email", t.error_email_wanted);
    }
    if (!data.phone.empty() && normal_phone(data.phone).empty()) {
        wrong("phone", t.error_phone);
    } else if (data.phone.empty() && data.preferred == "phone") {
        wrong("phone", t.error_phone_wanted);
    }
    const auto too_long = [&](const char* field, const std::string& value, std::size_t most) {
        if (characters(value) > most) wrong(field, fill(t.error_too_long, {{"max", std::to_string(most)}}));
    };
    too_long("name", data.name, 100);
    too_long("organisation", data.organisation, 100);
    too_long("manager_name", data.manager_name, 100);
    if (data.message.empty()) wrong("message", t.error_message);
    too_long("message", data.message, options.text);
    if (data.too_many_files) {
        wrong("files", fill(t.error_files_many, {{"files", std::to_string(options.max_files)}}));
    }
    if (data.file_too_large) {
        const auto megabytes = std::to_string(options.max_file_bytes / (1024 * 1024));
        wrong("files", fill(t.error_file_large, {{"size", megabytes}}));
    }
    return errors;
}

v1::InboundMessage to_message(const FormData& data, const std::string& channel, const std::string& submission,
                              TimeMs now, Language language, const FormTexts& form) {
    v1::InboundMessage message;
    message.set_channel(channel);
    message.set_external_id(submission);
    message.set_thread("form:" + submission);
    auto* author = message.mutable_author();
    author->set_external_id(author_id(data, submission));
    author->set_name(data.name);
    author->set_email(data.email);
    author->set_phone(data.phone);
    message.set_subject(form.subject);
    message.set_text(data.message);
    message.set_visibility(v1::VISIBILITY_PRIVATE);
    message.set_language(texts(language).code);
    store::set_time(message.mutable_created_at(), now);
    add_field(message, "customer", data.customer);
    if (data.customer == "organisation") add_field(message, "organisation", data.organisation);
    if (data.manager == "yes" && !data.manager_name.empty()) {
        add_field(message, "relationship_manager", data.manager_name);
        message.set_preferred_owner(data.manager_name);
    }
    add_field(message, "preferred_contact", data.preferred);
    add_field(message, "form", channel);
    return message;
}

}  // namespace guichet::ingest::web
