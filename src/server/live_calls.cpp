#include "server/live_calls.hpp"

#include <utility>

#include "base/text.hpp"
#include "call/dial_permission.hpp"
#include "server/ask.hpp"

namespace skyn3t::server {

// What the API answers it also shows: the row is in the database before the answer goes out.
template <class Question>
Result<model::CallRecord> LiveCalls::ask_and_write(Question question) {
    auto answer = ask(parts_.services.executor,
                      [log = &parts_.log, question = std::move(question)]() mutable {
                          auto record = question();
                          log->save_waiting();
                          return record;
                      });
    if (!answer) return tl::unexpected(answer.error());
    parts_.database.flush();
    return std::move(*answer);
}

Result<model::CallRecord> LiveCalls::place(call::Outgoing order) {
    return ask_and_write([&services = parts_.services, &calls = parts_.calls,
                          order = std::move(order)]() mutable -> Result<model::CallRecord> {
        order.tenant = services.directory->of_sid(order.record.community);
        if (!order.tenant) return fail(Errc::not_found, "there is no such community");
        order.record.sid = CallSid::generate();
        order.record.node = services.settings.node;
        return calls.place(std::move(order));
    });
}

Result<model::CallRecord> LiveCalls::update(const CallSid& sid, call::Calls::Update update) {
    return ask_and_write([&calls = parts_.calls, sid, update = std::move(update)]() mutable {
        return calls.update(sid, std::move(update));
    });
}

std::optional<CommunitySid> LiveCalls::owner_of_number(std::string_view number) {
    const auto directory = parts_.directory.get();
    const auto* owned = directory->of_number(number);
    if (!owned) return std::nullopt;
    return owned->tenant->community.sid;
}

model::DialVerdict LiveCalls::judge_dialling(const CommunitySid& community, std::string_view number,
                                             std::string_view shown) {
    const auto directory = parts_.directory.get();
    const auto tenant = directory->of_sid(community);
    if (!tenant) return {13214, {}};
    return call::judge_dialling({number, shown, true, model::Dialler::api}, *tenant, *directory,
                                emergency_);
}

std::optional<CommunitySid> LiveCalls::owner_of_phone(std::string_view host,
                                                      std::string_view user) {
    const auto directory = parts_.directory.get();
    const auto tenant = directory->of_user(lower(host), user);
    if (!tenant) return std::nullopt;
    return tenant->community.sid;
}

}  // namespace skyn3t::server
