#include "server/local_place.hpp"

#include <future>
#include <memory>

#include "rest/caller.hpp"
#include "store/credential_secrets.hpp"

namespace skyn3t::server {
namespace {

using store::ResourceKind;

class LocalTransport final : public twilio::Transport {
  public:
    explicit LocalTransport(LocalPlaceParts parts) : parts_(std::move(parts)) {}

    Result<twilio::Response> send(const twilio::Request& wanted) override {
        http::Request request;
        request.method = wanted.method;
        request.target = request.path = wanted.path;
        if (const auto query = wanted.path.find('?'); query != std::string::npos) {
            request.path.resize(query);
            auto parsed = http::parse_form(wanted.path.substr(query + 1));
            if (!parsed) return tl::unexpected(parsed.error());
            request.query = std::move(*parsed);
        }
        for (const auto& [name, value] : wanted.query) request.query.add(name, value);
        request.form = wanted.form;
        request.caller = rest::Caller{};
        // No address: it comes from nowhere, and the actor's own is in its name.
        request.headers.add("X-Skyn3t-Actor", actor_);
        // Shared: a handler may answer later, from another thread.
        const auto sink = std::make_shared<Sink>();
        auto answer = sink->promise.get_future();
        parts_.router.handle(std::move(request), http::Responder(sink));
        auto response = answer.get();
        return twilio::Response{response.status, std::move(response.headers),
                                std::move(response.body)};
    }
    void act_for(const std::string& actor) override { actor_ = actor; }

  private:
    struct Sink final : http::Responder::Sink {
        void respond(http::Response response) override { promise.set_value(std::move(response)); }
        std::promise<http::Response> promise;
    };
    const LocalPlaceParts parts_;
    std::string actor_ = "skyn3t";
};

// Here a password need not be remembered: it is kept, sealed, beside its digests.
class OwnPasswords final : public provision::Memory {
  public:
    OwnPasswords(store::ResourceStore& resources, const store::SecretBox& box)
        : resources_(resources), box_(box) {}

    bool has_password(const twilio::Credential& credential,
                      const model::Secret& password) const override {
        const auto stored = resources_.find(ResourceKind::credential, credential.sid);
        if (!stored || !*stored) return false;
        const auto kept = store::password_of(**stored, box_);
        return kept && *kept == password;
    }
    Result<void> took_password(const twilio::Credential&, const model::Secret&) override {
        return {};
    }

  private:
    store::ResourceStore& resources_;
    const store::SecretBox& box_;
};

}  // namespace

Place local_place(const LocalPlaceParts& parts, Pause& pause) {
    Place place;
    place.settings.key = "local";
    provision::TargetSettings& target = place.settings.target;
    target.target = model::Target::local;
    place.phones = parts.phones;
    target.domain = parts.phones.domain;
    target.domain_friendly_name = kDomainName;
    target.documents = parts.documents;
    place.transport = std::make_unique<LocalTransport>(parts);
    twilio::Patience patience;
    patience.wait = [&pause](milliseconds time) { return pause.wait(time); };
    place.client =
        std::make_unique<twilio::Client>(*place.transport, parts.account, std::move(patience));
    place.memory = std::make_unique<OwnPasswords>(parts.resources, parts.box);
    return place;
}

}  // namespace skyn3t::server
