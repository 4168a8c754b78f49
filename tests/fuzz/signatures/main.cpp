// What a platform signs, of both kinds: lines of time and signature, then the body.
#include "common/channels/custom/signature.hpp"
#include "common/channels/facebook/signature.hpp"
#include "tests/fuzz/lib/input.hpp"

using namespace guichet;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input(data, size);
    const auto timestamp = input.line();
    const auto signature = input.line();
    const auto body = input.rest();
    const std::vector<std::string> secrets{"", "not guessed in a run, nor in a hundred years"};
    constexpr TimeMs kNow = 1'763'800'000'000;

    fuzz::must(!channels::verify_signature(secrets, timestamp, signature, body, kNow).ok(), "nobody forges");
    fuzz::must(!channels::facebook::verify_signature(secrets, signature, body).ok(), "nobody forges Meta's");
    const std::string at = "1763800000";
    const auto signed_body = channels::sign_body(secrets[1], at, body);
    fuzz::must(channels::verify_signature(secrets, at, signed_body, body, kNow).ok(),
               "what was signed is taken");
    fuzz::must(channels::verify_signature(secrets, at, "v1=00," + signed_body, body, kNow).ok(),
               "one of several signatures is enough");
    fuzz::must(!channels::verify_signature(secrets, at, signed_body, body + "x", kNow).ok(),
               "another body is not what was signed");
    const auto meta = channels::facebook::sign_body(secrets[1], body);
    fuzz::must(channels::facebook::verify_signature(secrets, meta, body).ok(), "what Meta signed is taken");

    http::Request request;
    request.target = "/webhooks/facebook/shop?" + timestamp + "&" + signature;
    (void)channels::facebook::answer_handshake("token of the shop", request);
    return 0;
}
