#include "provision/account_lint.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "provision/account_messages.hpp"
#include "provision/schema_messages.hpp"

namespace skyn3t::provision {
namespace {

using twilio::Answer;
using twilio::MappingPlace;

// Twilio's limits (rest-api.md, 3).
constexpr std::size_t kMaxDomains = 100, kMaxLists = 100, kMaxMapped = 100, kMaxCredentials = 1000;
constexpr std::string_view kTwilioDomains = ".sip.twilio.com";

bool lists_sid(const std::vector<std::string>& sids, const std::string& sid) {
    return std::find(sids.begin(), sids.end(), sid) != sids.end();
}

Answer<std::vector<std::string>> lists_mapped_to(twilio::Client& client, const std::string& domain,
                                                 MappingPlace place) {
    const auto mappings = client.mappings(domain, place);
    if (!mappings) return tl::unexpected<twilio::Failure>(mappings.error());
    std::vector<std::string> lists;
    for (const auto& each : *mappings) lists.push_back(each.list);
    return lists;
}

// The document that this server makes for a domain looks whose phone is calling.
bool keeps_apart(const std::string& voice_url) { return voice_url.ends_with("/twiml/domain"); }

bool is_bin(const std::string& voice_url) {
    return lower(voice_url).starts_with("https://handler.twilio.com/twiml/");
}

bool is_twilio_domain(const std::string& name) {
    if (!name.ends_with(kTwilioDomains) || name.size() == kTwilioDomains.size()) return false;
    return std::all_of(name.begin(), name.end(),
                       [](char c) { return is_alpha(c) || is_digit(c) || c == '-' || c == '.'; });
}

class AccountLint {
  public:
    explicit AccountLint(const Account& account) : account_(account) {}

    std::vector<Finding> run() {
        const bool has_limits = account_.target == model::Target::twilio;
        if (has_limits && account_.domains.size() > kMaxDomains)
            add(messages::kTooManyDomains, "Domains", account_.domains.size());
        if (has_limits && account_.lists.size() > kMaxLists)
            add(messages::kTooManyLists, "CredentialLists", account_.lists.size());
        for (const auto& each : account_.domains) check(each);
        for (const auto& each : account_.lists) check(each);
        for (const auto& each : account_.numbers) check(each);
        return std::move(findings_);
    }

  private:
    template <class... Args>
    void add(const Message& message, std::string resource, const Args&... args) {
        findings_.push_back(make_finding(
            message, Where{std::string(to_string(account_.target)), 0, 0, std::move(resource)},
            args...));
    }

    void check(const Account::Domain& each) {
        const twilio::Domain& domain = each.domain;
        const std::string at = "Domains/" + shown(domain.name);
        if (account_.target == model::Target::twilio && !is_twilio_domain(domain.name))
            add(messages::kBadDomainName, at);
        if (domain.friendly_name.size() > model::kMaxNameLength)
            add(messages::kLongAccountName, at);
        if (domain.voice_url.empty())
            add(messages::kDomainWithoutVoiceUrl, at);
        else if (is_bin(domain.voice_url))
            add(messages::kTwimlBin, at);
        if (!domain.voice_url.empty()) check_callback(domain.status_callback, at);
        const auto lists = std::max(each.calls.size(), each.registrations.size());
        if (lists == 0)
            add(messages::kDomainClosed, at);
        else if (!domain.sip_registration)
            add(messages::kRegistrationOff, at);
        if (account_.target == model::Target::twilio && lists > kMaxMapped)
            add(messages::kTooManyMapped, at, lists);
        if (lists > 1 && !domain.voice_url.empty() && !keeps_apart(domain.voice_url))
            add(messages::kNoIsolation, at, lists);
        check_users(each);
    }

    // A user of two lists at one domain.
    void check_users(const Account::Domain& domain) {
        std::map<std::string, std::string> seen;  // user to list
        for (const auto& each : account_.lists) {
            if (!lists_sid(domain.calls, each.list.sid) &&
                !lists_sid(domain.registrations, each.list.sid))
                continue;
            for (const auto& credential : each.credentials) {
                const auto [first, is_new] =
                    seen.try_emplace(credential.username, each.list.friendly_name);
                if (!is_new)
                    add(messages::kAmbiguousUser, name_of(each), shown(credential.username),
                        shown(first->second));
            }
        }
    }

    static std::string name_of(const Account::List& each) {
        return "CredentialLists/" + shown(each.list.friendly_name);
    }

    void check(const Account::List& each) {
        const std::string at = name_of(each);
        bool is_mapped = false;
        for (const auto& domain : account_.domains) {
            const bool calls = lists_sid(domain.calls, each.list.sid);
            const bool registrations = lists_sid(domain.registrations, each.list.sid);
            is_mapped = is_mapped || calls || registrations;
            if (calls && !registrations)
                add(messages::kListNotRegistered, at, shown(domain.domain.name));
            if (registrations && !calls)
                add(messages::kListNotForCalls, at, shown(domain.domain.name));
        }
        if (!is_mapped) add(messages::kListUnmapped, at);
        if (each.list.friendly_name.size() > model::kMaxNameLength)
            add(messages::kLongAccountName, at);
        if (each.credentials.size() > kMaxCredentials)
            add(messages::kTooManyCredentials, at, each.credentials.size());
        for (const auto& credential : each.credentials)
            if (credential.username.size() > model::kMaxUsernameLength)
                add(messages::kLongAccountUser, at, shown(credential.username));
    }

    void check(const twilio::IncomingNumber& number) {
        const std::string at = "IncomingPhoneNumbers/" + shown(number.number);
        if (number.friendly_name.size() > model::kMaxNameLength)
            add(messages::kLongAccountName, at);
        // Either beats the URL, and is somebody else's.
        if (!number.application.empty() || !number.trunk.empty()) return;
        if (number.voice_url.empty()) return add(messages::kNumberWithoutVoiceUrl, at);
        if (is_bin(number.voice_url)) add(messages::kTwimlBin, at);
        check_callback(number.status_callback, at);
    }

    // This server sees its own calls.
    void check_callback(const std::string& status_callback, const std::string& at) {
        if (account_.target == model::Target::twilio && status_callback.empty())
            add(messages::kNobodyIsTold, at);
    }

    const Account& account_;
    std::vector<Finding> findings_;
};

}  // namespace

Answer<Account> read_account(twilio::Client& client, model::Target target) {
    const auto failed = [](const twilio::Failure& failure) {
        return tl::unexpected<twilio::Failure>(failure);
    };
    Account account;
    account.target = target;
    auto domains = client.domains();
    if (!domains) return failed(domains.error());
    for (auto& domain : *domains) {
        auto calls = lists_mapped_to(client, domain.sid, MappingPlace::calls);
        if (!calls) return failed(calls.error());
        auto registrations = lists_mapped_to(client, domain.sid, MappingPlace::registrations);
        if (!registrations) return failed(registrations.error());
        account.domains.push_back(
            {std::move(domain), std::move(*calls), std::move(*registrations)});
    }
    auto lists = client.credential_lists();
    if (!lists) return failed(lists.error());
    for (auto& list : *lists) {
        auto credentials = client.credentials(list.sid);
        if (!credentials) return failed(credentials.error());
        account.lists.push_back({std::move(list), std::move(*credentials)});
    }
    auto numbers = client.numbers();
    if (!numbers) return failed(numbers.error());
    account.numbers = std::move(*numbers);
    return account;
}

std::vector<Finding> lint_account(const Account& account) { return AccountLint(account).run(); }

}  // namespace skyn3t::provision
