#include "sip/client_auth.hpp"

#include <algorithm>

#include "base/random.hpp"

namespace skyn3t::sip {
namespace {

constexpr unsigned kMaxStale =
    3;  // a server that calls every nonce stale would have us try for ever

}  // namespace

bool ClientAuth::accept(const Message& message) {
    auto challenge = strongest_challenge(message);
    if (!challenge) return false;
    const auto known = std::ranges::find_if(realms_, [&](const Realm& realm) {
        return realm.challenge.realm == challenge->realm &&
               realm.challenge.is_proxy == challenge->is_proxy;
    });
    if (known == realms_.end()) {
        realms_.push_back({std::move(*challenge), 0, 1});
        return true;
    }
    const bool may_retry =
        known->refusals == 0 || (challenge->stale && known->refusals < kMaxStale);
    if (!may_retry) return false;
    known->challenge = std::move(*challenge);
    known->nonce_count = 0;
    ++known->refusals;
    return true;
}

void ClientAuth::on_success() {
    for (auto& realm : realms_) realm.refusals = 0;
}

void ClientAuth::add_to(MessageBuilder& request, std::string_view method, std::string_view uri) {
    for (auto& realm : realms_) {
        const auto cnonce = random_hex(8);
        const DigestClient client{
            credentials_.username, credentials_.password, method, uri, ++realm.nonce_count, cnonce};
        request.header(realm.challenge.answer_header(), answer_challenge(realm.challenge, client));
    }
}

}  // namespace skyn3t::sip
