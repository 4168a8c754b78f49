#pragma once
// The form and the thanks page as HTML. Pure.
#include <string>
#include <vector>

#include "guichet/v1/admin.pb.h"
#include "services/ingest/web/form_model.hpp"
#include "services/ingest/web/page.hpp"

namespace guichet::ingest::web {

// Which of the two sets of texts the channel uses.
const FormTexts& form_texts(const v1::Channel& channel, const Texts& texts);
std::string brand_of(const v1::Channel& channel);

struct FormView {
    Frame frame;
    const FormTexts& form;
    const FormOptions& options;
    // Where it posts to.
    std::string action;
    // What was typed, errors included; `data.token` is put into the form.
    const FormData& data;
    std::vector<FieldError> errors;
};
std::string render_form(const FormView& view);

struct ThanksView {
    Frame frame;
    std::string reference;
    std::chrono::hours answer_within;
    // Empty: no longer shown.
    std::string private_url;
    // Both empty: no link back.
    std::string return_url;
    std::string return_name;
};
std::string render_thanks(const ThanksView& view);

// "within 4 working hours"
std::string promise(std::chrono::hours answer_within, const Texts& texts);

// A place that ?return= may lead to: a path of our own, or an address whose origin is among `origins`
// (separated by spaces). Empty: not allowed.
std::string allowed_return(const std::string& target, const std::string& origins);
// "www.example.org" for an address, "" for a path.
std::string return_site(const std::string& target);

}  // namespace guichet::ingest::web
