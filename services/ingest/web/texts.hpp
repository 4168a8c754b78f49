#pragma once
// Every word that a customer reads on forms and private pages, in three languages.
#include <optional>
#include <string>
#include <string_view>

namespace guichet::ingest::web {

enum class Language { fr, nl, en };

inline constexpr Language kLanguages[] = {Language::fr, Language::nl, Language::en};

struct FormTexts {
    const char* title;
    const char* intro;
    const char* message_label;
    const char* message_hint;
    const char* send;
    // Subject of the conversation, as the agent reads it.
    const char* subject;
};

struct Texts {
    const char* code;  // ISO 639-1
    const char* name;  // in its own language
    const char* languages_label;
    const char* back_to_site;
    const char* our_team;
    const char* optional;

    FormTexts complaint;
    FormTexts contact;

    const char* about_you;
    const char* customer_question;
    const char* customer_yes;
    const char* customer_organisation;
    const char* customer_no;
    const char* organisation_label;
    const char* manager_question;
    const char* manager_hint;
    const char* yes;
    const char* no;
    const char* manager_name_label;
    const char* reach_you;
    const char* name_label;
    const char* email_label;
    const char* phone_label;
    const char* preferred_question;
    const char* preferred_email;
    const char* preferred_phone;
    const char* preferred_page;
    const char* preferred_page_hint;
    const char* your_message;
    const char* attachments_label;
    const char* attachments_hint;  // {files}, {size}
    const char* attachments_again;
    const char* leave_empty;
    const char* privacy;

    const char* error_title;
    const char* error_prefix;  // of the page's title and, unseen, of a field's error
    const char* error_customer;
    const char* error_organisation;
    const char* error_manager;
    const char* error_name;
    const char* error_email;
    const char* error_email_wanted;
    const char* error_phone;
    const char* error_phone_wanted;
    const char* error_message;
    const char* error_too_long;    // {max}
    const char* error_files_many;  // {files}
    const char* error_file_large;  // {size}
    const char* error_form_old;
    const char* error_too_often;
    const char* error_not_stored;
    const char* error_unreadable;

    const char* thanks_title;
    const char* thanks_lead;
    const char* thanks_reference;
    const char* thanks_reference_hint;
    const char* thanks_when;
    const char* promise_hour;   // exactly one
    const char* promise_hours;  // {n}
    const char* promise_day;
    const char* promise_days;  // {n}
    const char* thanks_page_title;
    const char* thanks_page_text;
    const char* thanks_page_link;
    const char* thanks_page_keep;
    const char* thanks_link_gone;

    const char* page_title;
    const char* page_open_lead;
    const char* page_open_button;
    const char* page_open_hint;
    const char* page_reference;  // {reference}
    const char* page_you;
    const char* page_empty_answer;
    const char* page_earlier;
    const char* page_write_label;
    const char* page_send;
    const char* page_live_on;
    const char* page_reload;
    const char* page_attachments;
    const char* page_deleted;
    const char* page_edited;
    const char* page_new_message;

    // A link that stood in public.
    const char* claim_door_lead;
    const char* claim_door_button;
    const char* claim_title;
    const char* claim_lead;
    const char* claim_why;
    const char* claim_warn;
    const char* claim_until;  // {time}
    const char* claim_check;
    const char* claim_expired;
    const char* claim_exhausted;  // {time}
    const char* claim_renew;
    const char* claim_proven;
    const char* claim_history;
    const char* claim_error_full;
    const char* claim_full_title;
    const char* claim_full_text;

    const char* gone_title;
    const char* gone_text;
    const char* away_title;
    const char* away_text;
    const char* busy_title;
    const char* busy_text;
    const char* no_form_title;
    const char* no_form_text;
    const char* refused_title;
    const char* refused_text;
};

const Texts& texts(Language language);
std::optional<Language> language_from(std::string_view code);

// What was asked for by ?lang=, else the best of Accept-Language, else `otherwise`.
Language choose_language(std::string_view asked, std::string_view accept_language, Language otherwise);

extern const Texts kFrench;
extern const Texts kDutch;
extern const Texts kEnglish;

}  // namespace guichet::ingest::web
