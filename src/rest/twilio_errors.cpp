#include "rest/twilio_errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "rest/finding_json.hpp"

namespace skyn3t::rest {
namespace {

constexpr std::array kErrors{
    TwilioError{20002, 400, "Invalid FriendlyName"},
    TwilioError{20003, 401, "Authenticate"},
    TwilioError{20004, 405, "Method not allowed"},
    TwilioError{20005, 401, "Account not active"},
    TwilioError{20006, 403, "Access denied"},
    TwilioError{20007, 400, "Page size must be from 1 to 1000"},
    TwilioError{20009, 409, "Cannot delete this resource before it is complete"},
    TwilioError{20010, 400, "This action is not available on this server"},
    TwilioError{20403, 403, "Forbidden"},
    TwilioError{20404, 404, "The requested resource was not found"},
    TwilioError{20409, 409, "Conflict"},
    TwilioError{20410, 410, "Gone"},
    TwilioError{20413, 413, "The request body is too large"},
    TwilioError{20422, 400, "Invalid parameter"},
    TwilioError{20423, 400, "Invalid SID"},
    TwilioError{20429, 429, "Too many requests"},
    TwilioError{20500, 500, "Internal server error"},
    TwilioError{20503, 503, "Service unavailable"},
    // Calls
    TwilioError{21101, 400, "A subaccount cannot have subaccounts"},
    TwilioError{21201, 400, "No 'To' number is specified"},
    TwilioError{21202, 400, "'To' phone number is a premium number"},
    TwilioError{21205, 400, "Url is not a valid URL"},
    TwilioError{21206, 400, "SendDigits is invalid"},
    TwilioError{21208, 400, "Timeout is invalid"},
    TwilioError{21209, 400, "Method is invalid"},
    TwilioError{21210, 400, "'From' is not a number of this account"},
    TwilioError{21211, 400, "Invalid 'To' phone number"},
    TwilioError{21212, 400, "Invalid 'From' number"},
    TwilioError{21213, 400, "No 'From' number is specified"},
    TwilioError{21214, 400, "'To' phone number cannot be reached"},
    TwilioError{21215, 400, "The community may not call this destination"},
    TwilioError{21216, 400, "This number may not be called"},
    TwilioError{21217, 400, "Phone number does not appear to be valid"},
    TwilioError{21218, 400, "Invalid ApplicationSid"},
    TwilioError{21220, 400, "Call is not in-progress. Cannot redirect."},
    TwilioError{21221, 400, "SipAuthUsername is too long"},
    TwilioError{21222, 400, "SipAuthPassword is too long"},
    TwilioError{21223, 400, "SipAuthUsername has characters that are not allowed"},
    TwilioError{21224, 400, "SipAuthPassword has characters that are not allowed"},
    TwilioError{21225, 400, "SipAuthUsername is needed when SipAuthPassword is given"},
    TwilioError{21226, 400, "SIP is not enabled for this account"},
    TwilioError{21227, 400, "SIP headers are too long"},
    TwilioError{21228, 400, "Invalid SIP header name"},
    TwilioError{21229, 400, "Invalid SIP header value"},
    TwilioError{21234, 400, "Invalid MachineDetection value"},
    TwilioError{21262, 400, "AsyncAmd needs a callback"},
    TwilioError{21263, 400, "Invalid machine detection parameter"},
    // SIP
    TwilioError{21230, 400, "An account has 100 SIP domains at most"},
    TwilioError{21231, 400, "SIP domain validation error"},
    TwilioError{21232, 400, "DomainName is invalid or in use"},
    TwilioError{21233, 400, "The SIP domain has subdomains"},
    TwilioError{21235, 400, "IP access control list validation error"},
    TwilioError{21236, 400, "The IP access control list is mapped to a SIP domain"},
    TwilioError{21237, 400, "An IP access control list has 100 addresses at most"},
    TwilioError{21239, 400, "Too many IP access control lists"},
    TwilioError{21240, 400, "Credential list validation error"},
    TwilioError{21241, 400, "The credential list is mapped to a SIP domain"},
    TwilioError{21242, 400, "A credential list has 1000 credentials at most"},
    TwilioError{21243, 400, "Credential validation error"},
    TwilioError{21255, 400, "Too many IP access control lists"},
    // Numbers and accounts
    TwilioError{21401, 400, "Invalid phone number"},
    TwilioError{21402, 400, "Invalid URL"},
    TwilioError{21403, 400, "Invalid method"},
    TwilioError{21405, 400, "A fallback URL needs its URL"},
    TwilioError{21409, 400, "Caller ID lookup is not available"},
    TwilioError{21420, 400, "Application is not accessible"},
    TwilioError{21421, 400, "PhoneNumber is invalid"},
    TwilioError{21422, 400, "PhoneNumber is not available"},
    TwilioError{21449, 400, "The phone number is an incoming number of this account already"},
    TwilioError{21450, 400, "The phone number is validated already"},
    TwilioError{21451, 400, "Invalid area code"},
    TwilioError{21452, 400, "No phone numbers found in this area code"},
    TwilioError{21457, 400, "Area code is not supported"},
    TwilioError{21458, 400, "The phone number is of another type"},
    TwilioError{21470, 400, "Invalid AccountSid"},
    TwilioError{21474, 400, "Only the parent account may transfer numbers"},
    TwilioError{21475, 400, "Invalid account status"},
    TwilioError{21477, 400, "Only the status of a subaccount can be changed"},
    TwilioError{21480, 400, "The maximum number of subaccounts is reached"},
    TwilioError{21481, 400, "Invalid PageToken"},
    TwilioError{21615, 400, "A local address is needed"},
    TwilioError{21631, 400, "An address is needed"},
    TwilioError{21649, 400, "A regulatory bundle is needed"},
};

int code_of(Errc code) {
    switch (code) {
        case Errc::invalid_argument:
        case Errc::parse_error:
        case Errc::unsupported:
            return 20422;
        case Errc::unauthorized:
            return 20003;
        case Errc::forbidden:
            return 20403;
        case Errc::not_found:
            return 20404;
        case Errc::conflict:
            return 20409;
        case Errc::too_large:
            return 20413;
        case Errc::too_many:
            return 20429;
        case Errc::unavailable:
        case Errc::timeout:
        case Errc::canceled:
            return 20503;
        default:
            return 20500;
    }
}

}  // namespace

const TwilioError& twilio_error(int code) {
    const auto find = [](int wanted) {
        return std::find_if(kErrors.begin(), kErrors.end(),
                            [wanted](const TwilioError& error) { return error.code == wanted; });
    };
    const auto found = find(code);
    return found == kErrors.end() ? *find(20500) : *found;
}

tl::unexpected<Refusal> refuse(int code, std::string message) {
    return tl::unexpected<Refusal>(Refusal{code, std::move(message)});
}

Refusal refusal_of(const Error& error) { return {code_of(error.code), error.detail}; }

http::Response refusal_response(const Refusal& refusal, std::string_view path) {
    if (!refusal.findings.empty()) {
        auto refused = http::error_response(400, refusal.code, refusal.message);
        Json error = Json::parse(refused.body);
        error["findings"] = to_json(refusal.findings);
        refused.body = json_response(error).body;
        return refused;
    }
    const TwilioError& error = twilio_error(refusal.code);
    std::string message = refusal.message;
    if (message.empty() && error.code == 20404 && !path.empty())
        message = fmt::format("The requested resource {} was not found", path);
    return http::error_response(error.status, error.code, message.empty() ? error.message : message,
                                path);
}

}  // namespace skyn3t::rest
