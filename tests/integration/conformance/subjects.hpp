#pragma once
// One function for each kind of channel; kinds() in subjects.cpp lists them.
#include "tests/integration/conformance/subject.hpp"

namespace guichet::test::conformance {

std::unique_ptr<Subject> custom_subject(const Place& place);
std::unique_ptr<Subject> facebook_comments_subject(const Place& place);
std::unique_ptr<Subject> facebook_messenger_subject(const Place& place);
// Answers that go to a comment's author in private.
std::unique_ptr<Subject> facebook_private_reply_subject(const Place& place);
std::unique_ptr<Subject> mail_subject(const Place& place);

}  // namespace guichet::test::conformance
