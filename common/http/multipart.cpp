#include "common/http/multipart.hpp"

#include <optional>

#include "common/core/bytes.hpp"
#include "common/http/filename.hpp"
#include "common/http/headers.hpp"
#include "common/http/text.hpp"

namespace guichet::http {

namespace {

Status malformed(const char* why) {
    return invalid("body", std::string("ill-formed multipart/form-data: ") + why);
}

Status too_much(std::string what) {
    Status status = make_status(Code::resource_exhausted, std::move(what), "too_large");
    status.field = "body";
    return status;
}

struct Parameter {
    std::string_view name;
    std::string value;
};

// Takes the next "; name=value" off the front of `rest`. Browsers escape a quote as %22 and never use a
// backslash; other clients use backslashes before a quote only, as paths of Windows carry bare ones.
std::optional<Parameter> next_parameter(std::string_view& rest) {
    const auto semicolon = rest.find(';');
    if (semicolon == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(semicolon + 1);
    const auto equals = rest.find_first_of("=;");
    Parameter out{trim(rest.substr(0, equals)), {}};
    if (equals == std::string_view::npos || rest[equals] == ';') {
        rest.remove_prefix(equals == std::string_view::npos ? rest.size() : equals);
        return out;
    }
    rest.remove_prefix(equals + 1);
    while (!rest.empty() && (rest.front() == ' ' || rest.front() == '\t')) rest.remove_prefix(1);
    if (!rest.starts_with('"')) {
        const auto end = std::min(rest.find(';'), rest.size());
        out.value = trim(rest.substr(0, end));
        rest.remove_prefix(end);
        return out;
    }
    std::size_t i = 1;
    for (; i < rest.size() && rest[i] != '"'; ++i) {
        if (rest[i] == '\\' && i + 1 < rest.size() && rest[i + 1] == '"') ++i;
        out.value += rest[i];
    }
    rest.remove_prefix(std::min(i + 1, rest.size()));
    return out;
}

// Only the three escapes that the HTML standard prescribes.
std::string unescape_name(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::string_view three = text.substr(i, 3);
        if (three == "%22" || three == "%0D" || three == "%0A") {
            out += three == "%22" ? '"' : three == "%0D" ? '\r' : '\n';
            i += 2;
        } else {
            out += text[i];
        }
    }
    return repair_utf8(out);
}

// Where `delimiter` stands as a whole: before a line end, blanks or the closing "--".
std::size_t find_delimiter(std::string_view body, std::string_view delimiter) {
    for (std::size_t at = 0; (at = body.find(delimiter, at)) != std::string_view::npos; ++at) {
        const std::string_view after = body.substr(at + delimiter.size());
        if (after.starts_with("--") || after.starts_with("\r\n") || after.starts_with(' ') ||
            after.starts_with('\t')) {
            return at;
        }
    }
    return std::string_view::npos;
}

Result<MultipartPart> parse_part_head(std::string_view head) {
    MultipartPart part;
    part.content_type = "text/plain";
    bool named = false;
    while (!head.empty()) {
        const auto end = head.find("\r\n");
        const std::string_view line = head.substr(0, end);
        head.remove_prefix(end == std::string_view::npos ? head.size() : end + 2);
        const auto colon = line.find(':');
        if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
            return malformed("a part's header");
        const std::string_view field = line.substr(0, colon);
        const std::string_view value = trim(line.substr(colon + 1));
        if (iequals(field, "content-type")) {
            part.content_type.clear();
            for (char c : trim(value.substr(0, value.find(';')))) {
                part.content_type += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
            }
        } else if (iequals(field, "content-disposition")) {
            if (!iequals(trim(value.substr(0, value.find(';'))), "form-data"))
                return malformed("not form-data");
            std::string_view rest = value;
            while (auto parameter = next_parameter(rest)) {
                if (iequals(parameter->name, "name")) {
                    part.name = unescape_name(parameter->value);
                    named = true;
                } else if (iequals(parameter->name, "filename")) {
                    part.is_file = true;
                    part.filename = harmless_filename(unescape_name(parameter->value));
                }
            }
        }
    }
    if (!named) return malformed("a part without a name");
    return part;
}

}  // namespace

std::string header_parameter(std::string_view value, std::string_view name) {
    while (auto parameter = next_parameter(value)) {
        if (iequals(parameter->name, name)) return parameter->value;
    }
    return {};
}

std::string_view MultipartForm::field(std::string_view name) const {
    for (const auto& part : parts) {
        if (!part.is_file && part.name == name) return part.data;
    }
    return {};
}

std::vector<const MultipartPart*> MultipartForm::files() const {
    std::vector<const MultipartPart*> out;
    for (const auto& part : parts) {
        if (part.is_file) out.push_back(&part);
    }
    return out;
}

Result<MultipartForm> parse_multipart(std::string_view content_type, std::string_view body,
                                      const MultipartLimits& limits) {
    if (!iequals(trim(content_type.substr(0, content_type.find(';'))), "multipart/form-data")) {
        return malformed("the content type is another");
    }
    const std::string boundary = header_parameter(content_type, "boundary");
    if (boundary.empty() || boundary.size() > 70) return malformed("no usable boundary");
    const std::string first = "--" + boundary;
    const std::string delimiter = "\r\n" + first;

    MultipartForm form;
    std::size_t files = 0;
    std::size_t parts = 0;
    if (!body.starts_with(first)) {
        const auto at = find_delimiter(body, delimiter);
        if (at == std::string_view::npos) return malformed("the boundary does not occur");
        body.remove_prefix(at + 2);
    }
    body.remove_prefix(first.size());
    while (!body.starts_with("--")) {
        // Blanks may follow a boundary (RFC 2046 section 5.1.1).
        while (!body.empty() && (body.front() == ' ' || body.front() == '\t')) body.remove_prefix(1);
        if (!body.starts_with("\r\n")) return malformed("no line end after a boundary");
        body.remove_prefix(2);
        if (++parts > limits.max_parts)
            return too_much("more than " + std::to_string(limits.max_parts) + " form parts");
        const bool no_head = body.starts_with("\r\n");
        const auto head_end = no_head ? 0 : body.substr(0, limits.max_part_header_bytes + 4).find("\r\n\r\n");
        if (head_end == std::string_view::npos) return malformed("a part's header does not end");
        auto part = parse_part_head(body.substr(0, head_end));
        if (!part) return part.error();
        body.remove_prefix(head_end + (no_head ? 2 : 4));
        // An empty part's delimiter begins with the line end that closed its header.
        std::string_view data;
        if (body.starts_with(first)) {
            body.remove_prefix(first.size());
        } else {
            const auto end = find_delimiter(body, delimiter);
            if (end == std::string_view::npos) return malformed("a part does not end");
            data = body.substr(0, end);
            body.remove_prefix(end + delimiter.size());
        }
        if (part->is_file && part->filename.empty() && data.empty()) continue;
        if (part->is_file && ++files > limits.max_files) {
            return too_much("more than " + std::to_string(limits.max_files) + " files");
        }
        const std::size_t limit = part->is_file ? limits.max_file_bytes : limits.max_field_bytes;
        if (data.size() > limit) {
            return too_much((part->is_file ? "a file is larger than " : "a field is larger than ") +
                            std::to_string(limit) + " bytes");
        }
        part->data = data;
        form.parts.push_back(std::move(*part));
    }
    return form;
}

}  // namespace guichet::http
