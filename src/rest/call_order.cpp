#include "rest/call_order.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "model/community.hpp"
#include "model/not_built.hpp"
#include "model/phone_number.hpp"
#include "rest/parameters.hpp"
#include "twiml/sip_target.hpp"

namespace skyn3t::rest {
namespace {

using std::chrono::seconds;
using Warnings = std::vector<std::pair<int, std::string>>;

constexpr std::size_t kMaxTwiml = 4000;  // characters
constexpr std::size_t kMaxSendDigits = 32;
constexpr std::size_t kMaxSipCredential = 255;

// The value without the space around it; empty when it is missing.
std::string text_of(const http::Params& form, std::string_view name) {
    return std::string(trim(form.find(name).value_or("")));
}

Checked<std::optional<std::string>> read_url(const http::Params& form, std::string_view name) {
    const std::string text = text_of(form, name);
    if (text.empty()) return std::nullopt;
    Parameter parameter{name, {}, ParameterType::url, 21205};
    if (auto value = read_value(parameter, text); !value) return tl::unexpected(value.error());
    return text;
}

Checked<twiml::Method> read_method(const http::Params& form, std::string_view name) {
    const std::string text = text_of(form, name);
    if (text.empty() || iequals(text, "POST")) return twiml::Method::post;
    if (iequals(text, "GET")) return twiml::Method::get;
    return refuse(21209, fmt::format("{} must be GET or POST", name));
}

Checked<std::optional<seconds>> read_seconds(const http::Params& form, std::string_view name,
                                             std::int64_t most, int error) {
    const std::string text = text_of(form, name);
    if (text.empty()) return std::nullopt;
    Parameter parameter{name, {}, ParameterType::integer, error};
    parameter.least = 1;
    parameter.most = most;
    const auto value = read_value(parameter, text);
    if (!value) return tl::unexpected(value.error());
    return seconds(value->get<std::int64_t>());
}

Checked<std::optional<twiml::DocumentAddress>> read_address(const http::Params& form,
                                                            std::string_view url_name,
                                                            std::string_view method_name) {
    auto url = read_url(form, url_name);
    if (!url) return tl::unexpected(url.error());
    const auto method = read_method(form, method_name);
    if (!method) return tl::unexpected(method.error());
    if (!*url) return std::nullopt;
    return twiml::DocumentAddress{std::move(**url), *method};
}

// Url, or Twiml, with the fallback of either. Nothing: neither is given.
Checked<std::optional<twiml::StartingPoint>> read_documents(const http::Params& form,
                                                            Warnings& warnings) {
    auto address = read_address(form, "Url", "Method");
    if (!address) return tl::unexpected(address.error());
    auto fallback = read_address(form, "FallbackUrl", "FallbackMethod");
    if (!fallback) return tl::unexpected(fallback.error());
    const std::string inlined = text_of(form, "Twiml");
    if (*address) {
        if (!inlined.empty()) warnings.emplace_back(32019, "Url and Twiml are given: Url is used");
        return twiml::StartingPoint{std::move(**address), std::move(*fallback)};
    }
    if (inlined.empty()) return std::nullopt;
    if (count_characters(inlined) > kMaxTwiml)
        return refuse(
            20422, fmt::format("Twiml is longer than {} characters (32018): use Url", kMaxTwiml));
    return twiml::StartingPoint{twiml::InlineDocument{inlined, std::nullopt}, std::move(*fallback)};
}

Checked<std::optional<twiml::StatusCallback>> read_status_callback(const http::Params& form) {
    auto address = read_address(form, "StatusCallback", "StatusCallbackMethod");
    if (!address) return tl::unexpected(address.error());
    if (!*address) return std::nullopt;
    twiml::StatusCallback callback;
    callback.url = (*address)->url;
    callback.method = (*address)->method;
    const auto events = form.find_all("StatusCallbackEvent");
    if (!events.empty()) callback.completed = false;
    for (const auto event : events) {
        if (event == "initiated")
            callback.initiated = true;
        else if (event == "ringing")
            callback.ringing = true;
        else if (event == "answered")
            callback.answered = true;
        else if (event == "completed")
            callback.completed = true;
        else
            return refuse(20422,
                          "StatusCallbackEvent must be initiated, ringing, answered or completed");
    }
    return callback;
}

std::string property(const store::Resource& resource, const char* name) {
    const auto found = resource.properties.find(name);
    return found != resource.properties.end() && found->is_string() ? found->get<std::string>()
                                                                    : std::string();
}

std::optional<twiml::DocumentAddress> address_in(const store::Resource& resource, const char* url,
                                                 const char* method) {
    twiml::DocumentAddress address{property(resource, url)};
    if (address.url.empty()) return std::nullopt;
    if (iequals(property(resource, method), "GET")) address.method = twiml::Method::get;
    return address;
}

// Its documents go before Url's.
Checked<void> use_application(const std::string& sid, const OrderContext& context,
                              call::Outgoing& order) {
    const auto found = context.resources.find(store::ResourceKind::application, sid);
    if (!found) return tl::unexpected(refusal_of(found.error()));
    if (!*found || !context.caller.sees((*found)->community)) return refuse(21218);
    const auto document = address_in(**found, "voice_url", "voice_method");
    if (!document) return refuse(21218, "The application has no VoiceUrl");
    order.start = {*document, address_in(**found, "voice_fallback_url", "voice_fallback_method")};
    if (const auto told = address_in(**found, "status_callback", "status_callback_method")) {
        order.status_callback.emplace();
        order.status_callback->url = told->url;
        order.status_callback->method = told->method;
    }
    return {};
}

Checked<void> read_start(const http::Params& form, const OrderContext& context,
                         call::Outgoing& order) {
    auto documents = read_documents(form, order.warnings);
    if (!documents) return tl::unexpected(documents.error());
    auto callback = read_status_callback(form);
    if (!callback) return tl::unexpected(callback.error());
    if (const auto application = text_of(form, "ApplicationSid"); !application.empty()) {
        if (auto used = use_application(application, context, order); !used) return used;
    } else if (*documents) {
        order.start = std::move(**documents);
    } else {
        return refuse(21205, "Url, Twiml or ApplicationSid is required");
    }
    if (*callback) order.status_callback = std::move(*callback);
    return {};
}

Checked<void> read_sip_target(const http::Params& form, const std::string& to,
                              call::Outgoing& order) {
    std::optional<Refusal> fault;
    auto target = twiml::parse_sip_target(to, [&fault](int code, const std::string& detail) {
        const bool is_header = code == 32111 || code == 32113 || code == 13252;
        if (!fault) fault = Refusal{is_header ? 21228 : code == 32112 ? 21229 : 21211, detail};
    });
    if (fault) return tl::unexpected(*fault);
    if (!target) return refuse(21211, "'To' is not a SIP URI that can be called");
    twiml::Sip sip;
    sip.uri = std::move(target->uri);
    sip.headers = std::move(target->headers);
    sip.username = text_of(form, "SipAuthUsername");
    sip.password = text_of(form, "SipAuthPassword");
    if (sip.username.size() > kMaxSipCredential) return refuse(21221);
    if (sip.password.size() > kMaxSipCredential) return refuse(21222);
    if (sip.username.empty() && !sip.password.empty()) return refuse(21225);
    order.record.to = sip.uri;
    order.to = std::move(sip);
    return {};
}

Checked<void> read_to(const http::Params& form, const OrderContext& context,
                      call::Outgoing& order) {
    const std::string to = text_of(form, "To");
    if (to.empty()) return refuse(21201);
    // A phone may always call for help; a program has no business there.
    if (context.calls.is_emergency(to))
        return refuse(21216, "'To' is an emergency number: the API does not call these");
    const std::string scheme = lower(std::string_view(to).substr(0, to.find(':') + 1));
    if (scheme == "sip:" || scheme == "sips:") return read_sip_target(form, to, order);
    const auto reading = model::NumberReading::parse(to);
    if (!reading) return refuse(21211, fmt::format("'To' {} is not a phone number", to));
    twiml::Number number;
    number.number = order.record.to = reading->number.str();
    order.to = std::move(number);
    return {};
}

// A number that calls may come from: an incoming one, or a verified caller id.
Checked<std::optional<CommunitySid>> owner_of(const std::string& number,
                                              const OrderContext& context) {
    // Another community's number looks like nobody's.
    const auto if_seen = [&](const CommunitySid& owner) -> std::optional<CommunitySid> {
        if (context.caller.sees(owner)) return owner;
        return std::nullopt;
    };
    if (const auto owner = context.calls.owner_of_number(number)) return if_seen(*owner);
    const auto verified =
        context.resources.find_by_name(store::ResourceKind::outgoing_caller_id, number);
    if (!verified) return tl::unexpected(refusal_of(verified.error()));
    if (!*verified) return std::nullopt;
    // What the operator answers for is good for every community.
    if ((*verified)->community == model::account_community() && context.caller.community)
        return context.caller.community;
    return if_seen((*verified)->community);
}

bool is_caller_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return is_alpha(c) || is_digit(c) || c == '+' || c == '-' || c == '_' || c == '.';
    });
}

std::optional<CommunitySid> owner_of_target(const call::Outgoing& order,
                                            const OrderContext& context) {
    const auto* sip = std::get_if<twiml::Sip>(&order.to);
    if (sip == nullptr) return std::nullopt;
    std::string_view rest = sip->uri;
    rest.remove_prefix(rest.find(':') + 1);
    const auto at = rest.find('@');
    if (at == std::string_view::npos) return std::nullopt;
    const auto user = http::percent_decode(rest.substr(0, at));
    const auto host = rest.substr(at + 1);
    if (!user) return std::nullopt;
    return context.calls.owner_of_phone(host.substr(0, host.find_first_of(":;?")), *user);
}

// What `name` says as a number of the caller's, or for a SIP target also as a name.
Checked<std::string> read_party(std::string_view name, const std::string& text,
                                const call::Outgoing& order, const OrderContext& context,
                                std::optional<CommunitySid>& owner) {
    const bool calls_number = std::holds_alternative<twiml::Number>(order.to);
    const auto reading = model::NumberReading::parse(text);
    if (reading) {
        auto found = owner_of(reading->number.str(), context);
        if (!found) return tl::unexpected(found.error());
        owner = *found;
        if (owner) return reading->number.str();
    }
    if (calls_number)
        return reading ? refuse(21210, fmt::format("'{}' {} is not a number of this account, nor a "
                                                   "verified caller ID",
                                                   name, text))
                       : refuse(21212, fmt::format("'{}' {} is not a phone number", name, text));
    if (!is_caller_name(text))
        return refuse(21212, fmt::format("'{}' may have letters, digits and + - _ . only", name));
    return text;
}

Checked<void> read_from(const http::Params& form, const OrderContext& context,
                        call::Outgoing& order) {
    const std::string from = text_of(form, "From");
    if (from.empty()) return refuse(21213);
    std::optional<CommunitySid> owner;
    auto party = read_party("From", from, order, context, owner);
    if (!party) return tl::unexpected(party.error());
    if (!owner) owner = context.caller.community;
    if (!owner) owner = owner_of_target(order, context);
    if (!owner) return refuse(21212, "'From' and 'To' belong to no community");
    order.record.community = *owner;
    order.record.from = order.caller = order.shown_caller = std::move(*party);
    const std::string shown = text_of(form, "CallerId");
    if (shown.empty()) return {};
    std::optional<CommunitySid> shown_owner;
    auto caller_id = read_party("CallerId", shown, order, context, shown_owner);
    if (!caller_id) return tl::unexpected(caller_id.error());
    if (shown_owner && *shown_owner != order.record.community &&
        *shown_owner != model::account_community())
        return refuse(21210, "'CallerId' is not a number of the community that calls");
    order.shown_caller = std::move(*caller_id);
    return {};
}

// What the request asks and this server does not do: told in the call's story and as its alerts.
void warn_of_not_built(const http::Params& form, Warnings& warnings) {
    for (const auto& [name, value] : form)
        if (model::find_not_built("Calls", name, trim(value)))
            warnings.emplace_back(model::kNotBuiltCode, name);
}

// The rule of every dialled number, before the call is taken; it is asked again when it rings.
Checked<void> check_permission(const call::Outgoing& order, const OrderContext& context) {
    const auto* number = std::get_if<twiml::Number>(&order.to);
    if (number == nullptr) return {};
    const auto verdict =
        context.calls.judge_dialling(order.record.community, number->number, order.shown_caller);
    switch (verdict.refused) {
        case 0:
            return {};
        case 13214:
            return refuse(21210, fmt::format("'{}' is not a number of the community that calls, "
                                             "nor a verified caller ID",
                                             order.shown_caller));
        case 13225:
            return refuse(21202, fmt::format("'To' {} is a premium number, which may_dial of the "
                                             "community does not name",
                                             number->number));
        case 13227:
            return refuse(
                21215,
                fmt::format("'To' {} is {}, which may_dial of the community does "
                            "not name",
                            number->number, verdict.kind ? to_string(*verdict.kind) : "elsewhere"));
        default:
            return refuse(21217, fmt::format("'To' {} is no number that exists", number->number));
    }
}

}  // namespace

Checked<call::Outgoing> read_order(const http::Params& form, const OrderContext& context) {
    call::Outgoing order;
    order.record.direction = model::Direction::outbound_api;
    if (auto step = read_to(form, context, order); !step) return tl::unexpected(step.error());
    if (auto step = read_from(form, context, order); !step) return tl::unexpected(step.error());
    if (auto step = check_permission(order, context); !step) return tl::unexpected(step.error());
    if (auto step = read_start(form, context, order); !step) return tl::unexpected(step.error());
    order.send_digits = text_of(form, "SendDigits");
    if (order.send_digits.size() > kMaxSendDigits ||
        order.send_digits.find_first_not_of("0123456789*#wW") != std::string::npos)
        return refuse(21206);
    const auto timeout = read_seconds(form, "Timeout", 600, 21208);
    if (!timeout) return tl::unexpected(timeout.error());
    order.timeout = timeout->value_or(order.timeout);
    const auto limit = read_seconds(form, "TimeLimit", 14400, 20422);
    if (!limit) return tl::unexpected(limit.error());
    order.time_limit = limit->value_or(order.time_limit);
    warn_of_not_built(form, order.warnings);
    return order;
}

Checked<call::Calls::Update> read_update(const http::Params& form) {
    call::Calls::Update update;
    if (const std::string status = text_of(form, "Status"); !status.empty()) {
        update.status = model::parse_call_status(status);
        if (update.status != model::CallStatus::completed &&
            update.status != model::CallStatus::canceled)
            return refuse(20422, "Status must be completed or canceled");
    }
    Warnings unused;
    auto documents = read_documents(form, unused);
    if (!documents) return tl::unexpected(documents.error());
    update.start = std::move(*documents);
    auto callback = read_status_callback(form);
    if (!callback) return tl::unexpected(callback.error());
    // webhooks.md, section 2.
    if (*callback && !update.start)
        return refuse(20422, "StatusCallback needs Url or Twiml in the same request");
    update.status_callback = std::move(*callback);
    const auto limit = read_seconds(form, "TimeLimit", 14400, 20422);
    if (!limit) return tl::unexpected(limit.error());
    update.time_limit = *limit;
    return update;
}

}  // namespace skyn3t::rest
