#pragma once

#include <asio/any_io_executor.hpp>
#include <memory>
#include <string>
#include <unordered_map>

#include "call/ports.hpp"
#include "http/client.hpp"
#include "model/secret.hpp"
#include "server/alert_log.hpp"
#include "server/own_documents.hpp"

namespace skyn3t::server {

[[nodiscard]] http::Params params_of(const std::vector<twiml::Parameter>& parameters);

// Documents for calls: our own without HTTP, others through the client. On the signalling thread.
class DocumentFetcher final : public call::TwimlFetcher {
  public:
    struct Options {
        std::string base_url;      // of our own documents
        model::Secret auth_token;  // that requests are signed with
    };
    DocumentFetcher(asio::any_io_executor executor, http::Client& client, OwnDocuments& own,
                    AlertLog& alerts, const Clock& clock, Options options);

    void fetch(const call::CallRef& call, const twiml::FetchRequest& request,
               Answer answer) override;
    void forget(const CallSid& call) override { cookies_.erase(call); }

  private:
    void fetch_own(const call::CallRef& call, const twiml::FetchRequest& request,
                   const Answer& answer);

    asio::any_io_executor executor_;
    http::Client& client_;
    OwnDocuments& own_;
    AlertLog& alerts_;
    const Clock& clock_;
    Options options_;
    // Shared with the transfers that use them.
    std::unordered_map<CallSid, std::shared_ptr<http::CookieJar>> cookies_;
};

}  // namespace skyn3t::server
