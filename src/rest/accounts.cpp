#include <fmt/format.h>

#include "rest/paging.hpp"
#include "rest/resource_kinds.hpp"

namespace skyn3t::rest {
namespace {

constexpr std::pair<std::string_view, std::string_view> kSubresources[]{
    {"addresses", "Addresses"},
    {"applications", "Applications"},
    {"available_phone_numbers", "AvailablePhoneNumbers"},
    {"balance", "Balance"},
    {"calls", "Calls"},
    {"conferences", "Conferences"},
    {"incoming_phone_numbers", "IncomingPhoneNumbers"},
    {"keys", "Keys"},
    {"notifications", "Notifications"},
    {"outgoing_caller_ids", "OutgoingCallerIds"},
    {"queues", "Queues"},
    {"recordings", "Recordings"},
    {"signing_keys", "SigningKeys"},
    {"sip", "SIP"},
    {"usage", "Usage"}};

// The one account of this server. The guard lets only the account itself come here.
class AccountApi {
  public:
    explicit AccountApi(SharedContext context) : context_(std::move(context)) {}

    Checked<http::Response> list(const http::Request& request) const {
        const auto account = find();
        if (!account) return tl::unexpected(account.error());
        std::vector<Json> items;
        const auto is = [&](std::string_view name, std::string_view value) {
            const auto wanted = request.query.find(name);
            return !wanted || *wanted == value;
        };
        if (is("FriendlyName", account->friendly_name) && is("Status", "active"))
            items.push_back(to_json(*account));
        auto body = whole_list_body(request.query, "/2010-04-01/Accounts.json", "accounts", items);
        if (!body) return tl::unexpected(body.error());
        return json_response(*body);
    }

    Checked<http::Response> fetch(const http::Request&) const {
        const auto account = find();
        if (!account) return tl::unexpected(account.error());
        return json_response(to_json(*account));
    }

    Checked<http::Response> update(const http::Request& request) const {
        const auto lock = context_->begin_write();
        if (const auto status = request.form.find("Status")) {
            if (*status != "active" && *status != "suspended" && *status != "closed")
                return refuse(21475);
            if (*status != "active") return refuse(21477);
        }
        const auto account = find();
        if (!account) return tl::unexpected(account.error());
        const auto name = request.form.find("FriendlyName");
        if (!name || *name == account->friendly_name) return json_response(to_json(*account));
        if (name->empty() || count_characters(*name) > 64) return refuse(20002);
        const nlohmann::json detail{{"sid", account->sid.str()},
                                    {"before", {{"friendly_name", account->friendly_name}}},
                                    {"after", {{"friendly_name", std::string(*name)}}}};
        const auto done = context_->services().account.rename(
            std::string(*name), context_->audit(request, "account.update", {}, detail));
        if (!done) return tl::unexpected(refusal_of(done.error()));
        return fetch(request);
    }

    // There is one account: what Twilio's customers use subaccounts for, communities are here.
    static Checked<http::Response> create(const http::Request&) {
        return refuse(21480,
                      "This server has one account and no subaccounts. Declare a community and "
                      "make a key with its CommunityCode instead.");
    }

    Checked<http::Response> balance(const http::Request&) const {
        return json_response({{"account_sid", context_->options().account.str()},
                              {"balance", nullptr},
                              {"currency", nullptr}});
    }

  private:
    Checked<store::Account> find() const {
        auto account = context_->services().account.find();
        if (!account) return tl::unexpected(refusal_of(account.error()));
        if (!*account) return refuse(20404);
        return std::move(**account);
    }

    // The token is not shown: who asks has it, or should not.
    Json to_json(const store::Account& account) const {
        Json parts = Json::object();
        for (const auto& [key, path] : kSubresources)
            parts[std::string(key)] = context_->uri(fmt::format("{}.json", path));
        return {{"auth_token", "[Redacted]"},
                {"date_created", rfc2822(account.created)},
                {"date_updated", rfc2822(account.updated)},
                {"friendly_name", account.friendly_name},
                {"owner_account_sid", account.sid.str()},
                {"sid", account.sid.str()},
                {"status", "active"},
                {"subresource_uris", parts},
                {"type", "Full"},
                {"uri", fmt::format("/2010-04-01/Accounts/{}.json", account.sid.str())}};
    }

    SharedContext context_;
};

}  // namespace

void add_accounts(http::Router& router, const SharedContext& context) {
    const auto api = std::make_shared<const AccountApi>(context);  // shared by its handlers
    const std::string all = "/2010-04-01/Accounts.json";
    const std::string one = "/2010-04-01/Accounts/{AccountSid}.json";
    router.add_sync("GET", all,
                    answering([api](const auto& request) { return api->list(request); }));
    router.add_sync("POST", all, answering(&AccountApi::create));
    router.add_sync("GET", one,
                    answering([api](const auto& request) { return api->fetch(request); }));
    router.add_sync("POST", one,
                    answering([api](const auto& request) { return api->update(request); }));
    router.add_sync("GET", "/2010-04-01/Accounts/{AccountSid}/Balance.json",
                    answering([api](const auto& request) { return api->balance(request); }));
}

}  // namespace skyn3t::rest
