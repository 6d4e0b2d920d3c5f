#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "call/directory.hpp"
#include "model/emergency.hpp"
#include "rest/services.hpp"
#include "server/migration_board.hpp"
#include "server/published.hpp"
#include "server/stored_documents.hpp"
#include "twiml/moving_documents.hpp"

namespace skyn3t::server {

// The documents of communities (DESIGN.md, section 6) and those that the API has stored, at their
// addresses: as Twilio's cloud fetches them over HTTP, and as our own calls run them without it.
// Any thread.
class OwnDocuments final : public rest::Documents {
  public:
    // What documents of communities on their way are made of (ADR 10).
    struct Moving {
        const MigrationBoard* board = nullptr;
        std::string twilio_domain{};  // where phones at Twilio are
        std::string sip_address{};    // where Twilio reaches this server: "203.0.113.10:5060"
        // Whether this phone is registered here. Not on the signalling thread.
        std::function<bool(const CommunitySid& community, const std::string& user)> is_registered{};
        // A call that Twilio gave to this server came to call this user. On the signalling thread.
        std::function<void(const CommunitySid& community, const std::string& dialled)> came{};
    };
    OwnDocuments(const Published<call::Directory>& directory,
                 const Published<StoredDocuments>& stored, model::EmergencyNumbers emergency)
        : OwnDocuments(directory, stored, std::move(emergency), Moving{}) {}
    OwnDocuments(const Published<call::Directory>& directory,
                 const Published<StoredDocuments>& stored, model::EmergencyNumbers emergency,
                 Moving moving);

    // ---- As Twilio fetches them
    Result<std::string> main(std::string_view code, const http::Params& params) override;
    Result<std::string> route(std::string_view code, const http::Params& params) override;
    Result<std::string> domain(const http::Params& params) override;
    Result<std::string> stored(std::string_view sid, const http::Params& params) override;
    rest::Documents& without_passwords() override { return without_passwords_; }

    // ---- As calls of this server run them
    // By the path of the address, "/twiml/CODE/main". `community`: whose call it is, as the router
    // has decided; its documents are for its own calls and the account's, a stored document is
    // there for its own community's calls, or for everybody's when it is the account's own.
    // Errc::not_found for any other path.
    Result<std::string> by_path(std::string_view path, const http::Params& params,
                                const CommunitySid& community);
    rest::Documents& here() { return here_; }

  private:
    // Other ways to the menus; the rest is the same.
    struct View : rest::Documents {
        explicit View(OwnDocuments& its) : own(its) {}
        Result<std::string> domain(const http::Params& params) override;
        Result<std::string> stored(std::string_view sid, const http::Params& params) override;
        OwnDocuments& own;
    };
    struct Here final : View {
        using View::View;
        Result<std::string> main(std::string_view code, const http::Params& params) override;
        Result<std::string> route(std::string_view code, const http::Params& params) override;
    };
    struct WithoutPasswords final : View {
        using View::View;
        Result<std::string> main(std::string_view code, const http::Params& params) override;
        Result<std::string> route(std::string_view code, const http::Params& params) override;
    };
    enum class Passwords { given, left_out };

    Result<std::string> main_for(std::string_view code, const http::Params& params,
                                 Passwords passwords);
    Result<std::string> route_for(std::string_view code, const http::Params& params,
                                  Passwords passwords);
    bool may_run(std::string_view code, const CommunitySid& community) const;
    Result<call::TenantPtr> tenant(std::string_view code) const;
    std::optional<model::Migration> migration_of(const call::Tenant& tenant) const;
    twiml::CommunityIvr ivr_at_twilio(const call::Tenant& tenant) const;
    twiml::PhonePlace place(const call::Tenant& tenant, const model::Migration& migration,
                            model::Target target, Passwords passwords) const;
    std::vector<twiml::PhonePlace> places(const call::Tenant& tenant,
                                          const model::Migration& migration,
                                          const twiml::CommunityRole& role,
                                          Passwords passwords) const;
    Result<std::string> domain_of(const CommunitySid& community, const http::Params& params);

    const Published<call::Directory>& directory_;
    const Published<StoredDocuments>& stored_;
    const model::EmergencyNumbers emergency_;
    const Moving moving_;
    Here here_{*this};
    WithoutPasswords without_passwords_{*this};
};

}  // namespace skyn3t::server
