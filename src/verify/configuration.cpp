// What a verification finds out without calling anybody.
#include <fmt/format.h>

#include <algorithm>

#include "sip/credentials.hpp"
#include "twiml/document.hpp"
#include "verify/community_check.hpp"
#include "verify/step_words.hpp"

namespace skyn3t::verify {

bool CommunityCheck::check_configuration() {
    const bool may_call = check_number();
    check_documents();
    check_credentials();
    check_phones();
    return may_call;
}

bool CommunityCheck::check_number() {
    list_.begin("number");
    const auto& number = community().number.str();
    const auto target = model::TestTarget::from(number, equipment_.services.settings.emergency);
    if (!target) {
        list_.fail("number", words::never_called());
        return false;
    }
    const auto owner = equipment_.services.directory->of_number(number);
    if (!owner || owner->tenant->community.sid != community().sid) {
        list_.fail("number", words::not_the_owner());
        return false;
    }
    target_ = *target;
    list_.pass("number");
    return true;
}

std::string CommunityCheck::main_document(const std::string& code) const {
    return equipment_.documents.main(code, {}).value_or(std::string());
}

std::string CommunityCheck::route_document(const model::Role& role) const {
    http::Params params;
    params.add("Digits", std::string(1, role.digit));
    return equipment_.documents.route(community().code, params).value_or(std::string());
}

void CommunityCheck::check_documents() {
    list_.begin("documents");
    std::vector<std::pair<std::string, std::string>> documents{
        {community().main_document ? community().main_document->file : "main",
         main_document(community().code)}};
    for (const auto& role : community().roles)
        documents.emplace_back(fmt::format("route {}", role.digit), route_document(role));
    for (const auto& [name, xml] : documents) {
        const auto document = twiml::parse_document(xml);
        if (document && document->warnings.empty()) continue;
        const auto& finding = document ? document->warnings.front() : document.error();
        list_.fail("documents", words::bad_document(name, finding.line),
                   fmt::format("{} {}", finding.code, finding.detail));
        return;
    }
    list_.pass("documents");
}

void CommunityCheck::check_credentials() {
    list_.begin("credentials");
    const auto* domain =
        equipment_.credentials.find_domain(equipment_.services.directory->sip_domain());
    for (const auto& role : community().roles) {
        const auto user = model::username(community().number, role.role);
        const auto* credential =
            domain ? equipment_.credentials.find_credential(*domain, user) : nullptr;
        if (credential && credential->community == community().sid && credential->for_registrations)
            continue;
        list_.fail("credentials", words::no_credential(user));
        return;
    }
    list_.pass("credentials");
}

// Not a fault of this server's, and so no failure: the probe's own phone takes the calls.
void CommunityCheck::check_phones() {
    list_.begin("phones");
    const auto bound = equipment_.registrar.list(community().sid);
    std::string absent, silent;
    std::size_t present = 0;
    for (const auto& role : community().roles) {
        const auto user = model::username(community().number, role.role);
        bool is_bound = false, may_answer = false;
        for (const auto& each : bound) {
            if (each.aor.user != user) continue;
            is_bound = true;
            may_answer = may_answer || !each.binding.reachability.is_dead();
        }
        if (may_answer) {
            ++present;
            continue;
        }
        std::string& list = is_bound ? silent : absent;
        list += (list.empty() ? "" : ", ") + user;
    }
    const auto detail = fmt::format("{} / {}", present, community().roles.size());
    if (absent.empty() && silent.empty())
        list_.pass("phones", detail);
    else if (!silent.empty())
        list_.skip("phones", words::does_not_answer(silent, absent, ring_), detail);
    else
        list_.skip("phones", words::not_registered(absent, ring_), detail);
}

}  // namespace skyn3t::verify
