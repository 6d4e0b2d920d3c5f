#pragma once

#include <asio/any_io_executor.hpp>
#include <memory>
#include <string>
#include <unordered_map>

#include "call/ports.hpp"
#include "server/alert_log.hpp"
#include "server/fair_share.hpp"
#include "server/http_transport.hpp"
#include "server/own_documents.hpp"

namespace skyn3t::server {

[[nodiscard]] http::Params params_of(const std::vector<twiml::Parameter>& parameters);

// Documents for calls: our own without HTTP, others through the client, so many of a community at a
// time. On the signalling thread.
class DocumentFetcher final : public call::TwimlFetcher {
  public:
    // Requests of one community on their way; more are refused. A web server that answers in a
    // second serves a thousand calls a minute with these.
    static constexpr std::size_t kMostOfOne = 16;

    struct Options {
        std::string base_url;       // of our own documents
        SigningSecretOf secret_of;  // that requests of a community are signed with
    };
    DocumentFetcher(asio::any_io_executor executor, HttpTransport transport, OwnDocuments& own,
                    AlertLog& alerts, const Clock& clock, Options options);

    void fetch(const call::CallRef& call, const twiml::FetchRequest& request,
               Answer answer) override;
    void forget(const CallSid& call) override { cookies_.erase(call); }

  private:
    void fetch_own(const call::CallRef& call, const twiml::FetchRequest& request,
                   const Answer& answer);

    asio::any_io_executor executor_;
    HttpTransport transport_;
    OwnDocuments& own_;
    AlertLog& alerts_;
    const Clock& clock_;
    Options options_;
    FairShare<CommunitySid> on_their_way_{kMostOfOne};
    // Shared with the transfers that use them.
    std::unordered_map<CallSid, std::shared_ptr<http::CookieJar>> cookies_;
};

}  // namespace skyn3t::server
