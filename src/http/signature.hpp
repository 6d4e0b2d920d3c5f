#pragma once

#include <string>
#include <string_view>

#include "http/form.hpp"
#include "http/message.hpp"

// X-Twilio-Signature (webhooks.md, section 5): Base64 of HMAC-SHA1 with the account's auth token.
namespace skyn3t::http {

// Of a GET (no params) or a form POST (its params) to `url`, an absolute URL with its query exactly
// as sent. User-info and fragment are left out, and so is a port over https; over http it stays
// (section 5.3). A URL that does not parse is signed as it is.
[[nodiscard]] std::string twilio_signature(std::string_view token, std::string_view url,
                                           const Params& params = {});

// For a body that is not a form: the URL with bodySHA256=... added to its query; sign and request
// that one.
[[nodiscard]] std::string url_with_body_hash(std::string_view url, std::string_view body);

// Whether `request` carries a valid signature. `public_url` is scheme and authority as the sender
// knows them
// ("https://voice.example.cl"), to which the request's target is added; with and without port are
// tried.
[[nodiscard]] bool has_valid_signature(std::string_view token, std::string_view public_url,
                                       const Request& request);

}  // namespace skyn3t::http
