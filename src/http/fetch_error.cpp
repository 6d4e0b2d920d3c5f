#include "http/fetch_error.hpp"

#include <fmt/format.h>
#include <openssl/x509_vfy.h>

#include <cerrno>

namespace skyn3t::http {
namespace {

struct FaultKind {
    int code;
    Errc errc;
    std::string_view words;
};

FaultKind explain_certificate(CURL* easy) {
    long verified = X509_V_OK;
    curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &verified);
    // The chain is verified in the handshake; libcurl compares the host after it, the result still
    // unset.
    if (verified == X509_V_OK || verified == X509_V_ERR_UNSPECIFIED)
        return {11235, Errc::unavailable, "the certificate is for another host"};
    if (verified == X509_V_ERR_CERT_HAS_EXPIRED)
        return {11236, Errc::unavailable, "the certificate has expired"};
    return {11237, Errc::unavailable, "no path to a trusted certificate"};
}

FaultKind explain_connect(CURL* easy) {
    long os_error = 0;
    curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &os_error);
    if (os_error == ECONNREFUSED) return {11202, Errc::unavailable, "connection refused"};
    if (os_error == ETIMEDOUT) return {11201, Errc::timeout, "connecting timed out"};
    return {11205, Errc::unavailable, "cannot connect"};
}

FaultKind explain_timeout(const Failure& failure) {
    if (failure.is_after_retries) return {11203, Errc::timeout, "the total time is used up"};
    if (failure.is_connected) return {11200, Errc::timeout, "no answer in time"};
    curl_off_t looked_up = 0;
    curl_off_t connected = 0;
    curl_easy_getinfo(failure.easy, CURLINFO_NAMELOOKUP_TIME_T, &looked_up);
    curl_easy_getinfo(failure.easy, CURLINFO_CONNECT_TIME_T, &connected);
    if (looked_up == 0) return {11210, Errc::timeout, "looking up the host name timed out"};
    if (connected != 0) return {11220, Errc::timeout, "the TLS handshake timed out"};
    return {11201, Errc::timeout, "connecting timed out"};
}

FaultKind kind_of(const Failure& failure) {
    switch (failure.code) {
        case CURLE_URL_MALFORMAT:
            return {11100, Errc::invalid_argument, "bad URL"};
        case CURLE_COULDNT_RESOLVE_HOST:
            return {11210, Errc::unavailable, "the host name is not known"};
        case CURLE_COULDNT_CONNECT:
            return explain_connect(failure.easy);
        case CURLE_OPERATION_TIMEDOUT:
            return explain_timeout(failure);
        case CURLE_SSL_CONNECT_ERROR:
            return {11220, Errc::unavailable, "the TLS handshake failed"};
        case CURLE_PEER_FAILED_VERIFICATION:
            return explain_certificate(failure.easy);
        case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
            return {11237, Errc::unavailable, "it does not hold the key that it should"};
        // "HTTP/0.9" is how libcurl reports bytes that are no HTTP answer.
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_WEIRD_SERVER_REPLY:
        case CURLE_BAD_CONTENT_ENCODING:
        case CURLE_PARTIAL_FILE:
        case CURLE_GOT_NOTHING:
            return {11206, Errc::unavailable, "the answer is not valid HTTP"};
        case CURLE_SEND_ERROR:
        case CURLE_RECV_ERROR:
            return {11205, Errc::unavailable, "the connection was lost"};
        default:
            return {11200, Errc::unavailable, "the request failed"};
    }
}

}  // namespace

FetchError explain_failure(const Failure& failure, std::string_view url) {
    const FaultKind kind = kind_of(failure);
    return {kind.code, kind.errc,
            fmt::format("{}: {} ({})", url, kind.words, curl_easy_strerror(failure.code))};
}

FetchResult require_success(FetchResult result) {
    if (!result || result->status < 400) return result;
    return tl::unexpected(FetchError{
        11200, Errc::unavailable, fmt::format("{}: HTTP status {}", result->url, result->status)});
}

}  // namespace skyn3t::http
