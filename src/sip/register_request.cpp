#include "sip/register_request.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace skyn3t::sip {
namespace {

constexpr std::size_t kContacts = 32;  // in one request; an address-of-record has fewer
constexpr std::size_t kPaths = 8;
constexpr std::size_t kInstanceOctets = 200;

tl::unexpected<Reply> bad(std::string_view reason) {
    return tl::unexpected(Reply{.status = 400, .reason = std::string(reason)});
}

// RFC 3261 section 20.19: a malformed value counts as 3600, as if there were none.
std::optional<seconds> expires_of(const NameAddr& contact, std::optional<seconds> of_request) {
    const auto own = contact.expires();
    if (!own) return std::nullopt;
    return own->has_value() ? *own : of_request;
}

tl::expected<RequestedContact, Reply> parse_contact(std::string_view value,
                                                    std::optional<seconds> expires) {
    const auto address = NameAddr::parse(value);
    if (!address) return bad("Bad Contact Header Field");
    const auto uri = UriView::parse(address->uri);
    if (!uri || !uri->is_sip() || uri->host.empty()) return bad("Contact Is Not a SIP URI");
    RequestedContact contact{.uri = *uri,
                             .expires = expires_of(*address, expires),
                             .q = static_cast<std::uint16_t>(address->q_thousandths()),
                             .instance = {}};
    if (const auto instance = address->params.find("+sip.instance"))
        contact.instance = unquoted(*instance).substr(0, kInstanceOctets);
    // RFC 5626 section 4.2: 1 to 2^31-1; no phone has more flows than fit here.
    if (const auto reg_id = address->params.find("reg-id"))
        contact.reg_id = static_cast<std::uint16_t>(parse_number(*reg_id, 0xffff).value_or(0));
    return contact;
}

// RFC 3261 section 8.2.2.3.
std::string options_a_registrar_lacks(const Message& request) {
    std::string options;
    for (const auto option : request.values(HeaderId::require))
        if (!iequals(option, "path"))
            options += (options.empty() ? "" : ", ") + std::string(option);
    return options;
}

}  // namespace

tl::expected<RegisterRequest, Reply> RegisterRequest::parse(const Message& request) {
    if (auto options = options_a_registrar_lacks(request); !options.empty())
        return tl::unexpected(
            Reply{.status = 420, .reason = {}, .headers = {{"Unsupported", std::move(options)}}});
    RegisterRequest parsed;
    const auto to = request.to();
    const auto to_uri = to ? UriView::parse(to->uri) : fail(Errc::parse_error);
    const auto cseq = request.cseq();
    if (!to_uri || !cseq) return bad("Bad To or CSeq Header Field");
    parsed.to_user = unescaped(to_uri->user);
    parsed.cseq = cseq->number;
    parsed.sip_call_id = request.call_id();
    parsed.user_agent = request.first(HeaderId::user_agent).value_or(std::string_view{});
    parsed.supports_path =
        request.lists(HeaderId::supported, "path") || request.lists(HeaderId::require, "path");

    const auto expires = request.expires();
    for (const auto value : request.values(HeaderId::contact)) {
        if (value == "*") {
            parsed.removes_all = true;
            continue;
        }
        if (parsed.contacts.size() == kContacts) return bad("Too Many Contacts in One Request");
        auto contact = parse_contact(value, expires);
        if (!contact) return tl::unexpected(std::move(contact.error()));
        // One contact written twice is one; the last counts.
        std::erase_if(parsed.contacts, [&](const RequestedContact& earlier) {
            return earlier.reg_id == contact->reg_id && equivalent(earlier.uri, contact->uri);
        });
        parsed.contacts.push_back(std::move(*contact));
    }
    // RFC 3261 section 10.3 step 6.
    if (parsed.removes_all && (!parsed.contacts.empty() || expires != seconds(0)))
        return bad("Contact * Needs Expires 0 and No Other Contact");
    for (const auto value : request.values(HeaderId::path)) {
        if (parsed.path.size() == kPaths || !NameAddr::parse(value))
            return bad("Bad Path Header Field");
        parsed.path.push_back(value);
    }
    return parsed;
}

}  // namespace skyn3t::sip
