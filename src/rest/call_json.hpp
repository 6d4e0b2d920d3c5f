#pragma once

#include <map>
#include <string>

#include "base/sid.hpp"
#include "model/call_record.hpp"
#include "rest/api.hpp"
#include "rest/json.hpp"

namespace skyn3t::rest {

// Writes calls as Twilio's API shows them (rest-api.md, 5.2), and under "skyn3t" what is ours. For
// one answer: what it looks up for one call it keeps for the next.
class CallWriter {
  public:
    CallWriter(const AccountSid& account, const ApiServices& services);
    Json operator()(const model::CallRecord& call);

  private:
    // The incoming number that a call was for, or that one of ours was placed from.
    Json number_sid(const model::CallRecord& call);
    Json ours(const model::CallRecord& call) const;

    const AccountSid& account_;
    store::ResourceStore& resources_;
    std::map<CommunitySid, std::string> codes_;
    std::map<std::string, Json> numbers_;
};

}  // namespace skyn3t::rest
