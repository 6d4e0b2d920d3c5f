#pragma once

#include <string>
#include <string_view>

// As much of SIP as a load generator needs: it reads messages of servers that it trusts.
namespace skyn3t::bench {

int status_of(std::string_view message);               // 0 for a request
std::string_view method_of(std::string_view message);  // of a request
// The first header field of this name, or of its compact form; empty when there is none.
std::string_view header(std::string_view message, std::string_view name);
// `name=value` in a header field, without quotes.
std::string_view parameter(std::string_view field, std::string_view name);
std::string_view uri_in(std::string_view field);   // between < and >
std::string_view user_in(std::string_view field);  // of its sip: URI

// Via, From, To, Call-ID and CSeq of the request, and this To tag when it had none.
std::string response(std::string_view request, std::string_view status, std::string_view tag,
                     std::string_view more_headers = {}, std::string_view body = {});
// "IP:PORT" where the sender of this message wants its audio; empty without an SDP that says so.
std::string media_address(std::string_view message);
std::string audio_sdp(const std::string& host, unsigned port);

std::string md5_hex(std::string_view text);
// An Authorization header field that answers `challenge` (WWW-Authenticate; MD5, qop=auth).
std::string authorization(std::string_view challenge, std::string_view user,
                          std::string_view password, std::string_view method, std::string_view uri);

}  // namespace skyn3t::bench
