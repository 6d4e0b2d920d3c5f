#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "call/directory.hpp"
#include "rest/services.hpp"
#include "server/migration_board.hpp"
#include "server/published.hpp"
#include "store/call_store.hpp"

namespace skyn3t::server {

// Of calls that run at Twilio. Not a node of ours: they go on when a server of ours starts again.
inline constexpr const char* kTwilioNode = "twilio";

// Calls that run at Twilio, in the same log as ours: what its requests for documents and its
// reports tell of them. On the HTTP threads.
class CloudCalls final : public rest::CloudCalls {
  public:
    // `account`: ours at Twilio; requests of any other are none of its calls. `domain`: where its
    // phones are.
    // `asked` is told of every document of a community that Twilio asks for.
    using Asked = std::function<void(std::string_view code, const http::Params& params)>;
    CloudCalls(store::CallStore& store, const Published<call::Directory>& directory,
               const MigrationBoard& migrations, const Clock& clock, std::string account,
               std::string domain, Asked asked)
        : store_(store),
          directory_(directory),
          migrations_(migrations),
          clock_(clock),
          account_(std::move(account)),
          domain_(std::move(domain)),
          asked_(std::move(asked)) {}

    void fetched(std::string_view code, const http::Params& params) override;
    Result<void> reported(const http::Params& params) override;

  private:
    std::optional<model::CallRecord> call_of(const http::Params& params) const;
    call::TenantPtr owner_of(const http::Params& params) const;
    model::CallRecord begun(const call::Tenant& tenant, const CallSid& sid,
                            const http::Params& params) const;
    void tell(const model::CallRecord& call, std::string kind,
              std::vector<std::pair<std::string, std::string>> detail);
    void note_dial(const model::CallRecord& call, const call::Tenant& tenant,
                   const http::Params& params);
    void note_recording(const model::CallRecord& call, const http::Params& params);

    store::CallStore& store_;
    const Published<call::Directory>& directory_;
    const MigrationBoard& migrations_;
    const Clock& clock_;
    const std::string account_;
    const std::string domain_;
    const Asked asked_;
};

}  // namespace skyn3t::server
