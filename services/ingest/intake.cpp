#include "services/ingest/intake.hpp"

#include <algorithm>

#include "common/core/bytes.hpp"
#include "common/http/web_address.hpp"
#include "common/store/records.hpp"
#include "services/ingest/marks.hpp"

namespace guichet::ingest {
namespace {

bool has_control(const std::string& text) {
    return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

// Collects the first thing that is wrong.
class Check {
  public:
    explicit Check(const Intake& intake) : intake_(intake) {}

    // An id: opaque, one line.
    void id(const std::string& field, const std::string& value, std::size_t limit) {
        if (value.size() > limit) return too_long(field, limit);
        if (!valid_utf8(value) || has_control(value)) fail(field, "is not plain text on one line");
    }
    void text(const std::string& field, std::string* value, std::size_t limit) {
        if (!valid_utf8(*value)) {
            if (!intake_.repair) return fail(field, "is not well-formed UTF-8 (or holds a NUL)");
            *value = repair_utf8(*value);
        }
        if (value->size() > limit) {
            if (!intake_.repair) return too_long(field, limit);
            *value = truncate_utf8(*value, limit);
        }
    }
    void fail(const std::string& field, const std::string& why) {
        if (status_.ok()) status_ = invalid("message." + field, "message." + field + " " + why);
    }
    void too_long(const std::string& field, std::size_t limit) {
        fail(field, "is longer than " + std::to_string(limit) + " bytes");
    }
    const Status& status() const { return status_; }

  private:
    const Intake& intake_;
    Status status_;
};

bool two_letters(const std::string& code) {
    return code.size() == 2 && code[0] >= 'a' && code[0] <= 'z' && code[1] >= 'a' && code[1] <= 'z';
}

void check_author(Check& check, v1::Author& author, const std::string& external_id,
                  const MessageLimits& limits) {
    check.id("author.external_id", author.external_id(), limits.author_id);
    check.text("author.name", author.mutable_name(), limits.name);
    check.text("author.email", author.mutable_email(), limits.name);
    check.text("author.phone", author.mutable_phone(), limits.name);
    if (author.external_id().empty()) author.set_external_id("anonymous:" + external_id);
}

void check_attachments(Check& check, v1::InboundMessage& m, const Intake& intake,
                       const MessageLimits& limits) {
    if (static_cast<std::size_t>(m.attachments_size()) > limits.attachments) {
        return check.fail("attachments", "are more than " + std::to_string(limits.attachments));
    }
    for (auto& attachment : *m.mutable_attachments()) {
        check.text("attachments.name", attachment.mutable_name(), limits.name);
        check.text("attachments.media_type", attachment.mutable_media_type(), limits.name);
        check.id("attachments.url", attachment.url(), limits.url);
        if (attachment.size() < 0 || attachment.size() > limits.attachment_size) {
            check.fail("attachments.size", "is not within 0 and " + std::to_string(limits.attachment_size));
        }
        if (!attachment.url().empty() && !http::is_web_address(attachment.url())) {
            check.fail("attachments.url", "is not an http or https address");
        }
        // A guessed digest must not show another's file.
        if (!attachment.blob().empty() && !intake.own_blobs) {
            check.fail("attachments.blob", "is set by Guichet only; give a url");
        }
    }
}

void check_fields(Check& check, v1::InboundMessage& m, const MessageLimits& limits) {
    if (static_cast<std::size_t>(m.fields_size()) > limits.fields) {
        return check.fail("fields", "are more than " + std::to_string(limits.fields));
    }
    for (auto& field : *m.mutable_fields()) {
        check.id("fields.name", field.name(), limits.field_name);
        check.text("fields.value", field.mutable_value(), limits.field_value);
    }
}

Status check_message(v1::InboundMessage& m, const Intake& intake, const MessageLimits& limits) {
    Check check(intake);
    if (m.external_id().empty()) check.fail("external_id", "is missing: the sender's id of this message");
    check.id("external_id", m.external_id(), limits.external_id);
    check.id("thread", m.thread(), limits.thread);
    check.id("parent_thread", m.parent_thread(), limits.thread);
    check.id("reply_to", m.reply_to(), limits.external_id);
    check_author(check, *m.mutable_author(), m.external_id(), limits);
    check.text("subject", m.mutable_subject(), limits.subject);
    check.text("text", m.mutable_text(), limits.text);
    check_attachments(check, m, intake, limits);
    check_fields(check, m, limits);
    if (m.text().empty() && m.attachments_size() == 0 && m.kind() != v1::INBOUND_KIND_DELETED) {
        check.fail("text", "is missing, and there is no attachment either");
    }
    if (m.ordinal() < 0) check.fail("ordinal", "is negative");
    if (!v1::InboundKind_IsValid(m.kind())) check.fail("kind", "is unknown");
    if (!m.language().empty() && !two_letters(m.language())) {
        if (intake.repair) {
            m.clear_language();
        } else {
            check.fail("language", "is not a code of two small letters (ISO 639-1)");
        }
    }
    check.id("preferred_owner", m.preferred_owner(), limits.name);
    return check.status();
}

store::Inbound::Kind kind_of(v1::InboundKind kind) {
    if (kind == v1::INBOUND_KIND_EDITED) return store::Inbound::Kind::edited;
    if (kind == v1::INBOUND_KIND_DELETED) return store::Inbound::Kind::deleted;
    return store::Inbound::Kind::created;
}

// As the message list keeps it.
std::string to_blob(v1::InboundMessage& m) {
    v1::Message kept;
    kept.set_text(m.text());
    kept.set_subject(m.subject());
    kept.set_external_id(m.external_id());
    *kept.mutable_author() = m.author();
    if (m.has_created_at()) kept.mutable_created_at()->Swap(m.mutable_created_at());
    kept.mutable_attachments()->Swap(m.mutable_attachments());
    kept.mutable_fields()->Swap(m.mutable_fields());
    return store::encode_message(kept);
}

}  // namespace

bool is_public(const v1::InboundMessage& m, const v1::Channel& channel) {
    if (m.visibility() != v1::VISIBILITY_UNSPECIFIED) return m.visibility() == v1::VISIBILITY_PUBLIC;
    const auto setting = channel.settings().find("visibility");
    return setting != channel.settings().end() && setting->second == "public";
}

Result<store::Inbound> normalise(const WorkspaceId& workspace, const v1::Channel& channel,
                                 v1::InboundMessage m, const Intake& intake, const MessageLimits& limits) {
    if (auto status = check_message(m, intake, limits); !status.ok()) return status;
    store::Inbound inbound;
    inbound.workspace = workspace;
    inbound.channel = ChannelId(channel.id());
    inbound.team = TeamId(channel.team());
    inbound.kind = kind_of(m.kind());
    inbound.ordinal = m.ordinal();
    inbound.is_public = is_public(m, channel);
    inbound.marks = marks_of(m, channel);
    inbound.blob = to_blob(m);
    inbound.external_id = std::move(*m.mutable_external_id());
    auto& author = *m.mutable_author();
    inbound.thread = m.thread().empty() ? author.external_id() : m.thread();
    inbound.author = std::move(*author.mutable_external_id());
    inbound.author_name = std::move(*author.mutable_name());
    inbound.text = std::move(*m.mutable_text());
    inbound.subject = std::move(*m.mutable_subject());
    inbound.language = std::move(*m.mutable_language());
    inbound.parent_thread = std::move(*m.mutable_parent_thread());
    inbound.among_customers = m.among_customers();
    return inbound;
}

}  // namespace guichet::ingest
