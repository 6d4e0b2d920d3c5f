#include "sip/transaction_layer.hpp"

#include <fmt/format.h>

#include "base/log.hpp"
#include "base/text.hpp"
#include "sip/invite_client_transaction.hpp"
#include "sip/invite_server_transaction.hpp"
#include "sip/non_invite_client_transaction.hpp"
#include "sip/non_invite_server_transaction.hpp"

namespace skyn3t::sip {
namespace {

std::uint64_t merge_key_of(const Message& request, std::string& scratch) {
    scratch.assign(request.call_id());
    scratch += '\n';
    scratch += request.from_tag();
    scratch += '\n';
    scratch += request.first(HeaderId::cseq).value_or("");
    return std::hash<std::string_view>{}(scratch);
}

}  // namespace

TransactionLayer::TransactionLayer(const Environment& environment, std::size_t max_server,
                                   TransactionLayerUser& user)
    : environment_(environment),
      max_servers_(max_server),
      user_(user),
      forget_answered_(environment.wheel, [this] { forget_answered(); }),
      undertaker_(environment.wheel, [this] { bury(); }) {}

TransactionLayer::~TransactionLayer() {
    for (auto& [key, transaction] : servers_)
        if (transaction->user_ != nullptr) transaction->user_->on_transaction_gone();
    for (auto& [key, transaction] : clients_)
        if (transaction->user_ != nullptr) transaction->user_->on_transaction_gone(*transaction);
}

bool TransactionLayer::transmit(const Flow& flow, std::string_view bytes) {
    const auto sent = environment_.transport.send(flow, bytes);
    if (sent) return true;
    ++environment_.counters.send_failures;
    log::debug("sip message not sent flow=\"{}\" error={}", flow.str(), sent.error().detail);
    return false;
}

void TransactionLayer::reply(const ReplyPath& path, std::string_view bytes) {
    if (path.flow.transport == TransportKind::udp || environment_.transport.is_alive(path.flow)) {
        (void)transmit(path.flow, bytes);
        return;
    }
    if (const auto flow = environment_.transport.open(TransportKind::tcp, path.fallback))
        (void)transmit(*flow, bytes);
}

void TransactionLayer::receive(Message message, const Flow& flow) {
    if (message.is_response()) return receive_response(message);
    receive_request(std::move(message), flow);
}

std::string_view TransactionLayer::server_key(const Message& request, std::string_view method) {
    const auto via = request.top_via();
    scratch_.clear();
    if (!via) return scratch_;
    if (via->has_magic_cookie()) {
        scratch_ += via->branch;
        scratch_ += '\n';
        for (const char c : via->host) scratch_ += to_lower(c);
        fmt::format_to(std::back_inserter(scratch_), ":{}", via->port_or_default());
    } else {
        // RFC 3261 §17.2.3, for RFC 2543 peers. The To tag is left out: an ACK has one and its
        // INVITE none.
        scratch_ += request.request_uri();
        scratch_ += '\n';
        scratch_ += request.from_tag();
        scratch_ += '\n';
        scratch_ += request.call_id();
        const auto cseq = request.cseq();
        fmt::format_to(std::back_inserter(scratch_), "\n{}\n", cseq ? cseq->number : 0);
        scratch_ += request.first(HeaderId::via).value_or("");
    }
    scratch_ += '\n';
    scratch_ += method;
    return scratch_;
}

std::string_view TransactionLayer::client_key(std::string_view branch, std::string_view method) {
    scratch_.assign(branch);
    scratch_ += '\n';
    scratch_ += method;
    return scratch_;
}

void TransactionLayer::receive_request(Message message, const Flow& flow) {
    if (message.method() == Method::ack) {
        const auto found = servers_.find(server_key(message, name_of(Method::invite)));
        // An ACK for a 2xx is a transaction of its own, but some phones reuse the INVITE's branch.
        if (found == servers_.end() || found->second->is_accepted())
            user_.on_ack(message, flow);
        else
            found->second->on_ack();
        return;
    }
    const auto found = servers_.find(server_key(message, message.method_name()));
    if (found != servers_.end()) {
        ++environment_.counters.retransmissions_received;
        found->second->on_retransmission();
        return;
    }
    if (const auto* answered = answered_.find(scratch_)) {
        ++environment_.counters.retransmissions_received;
        ++environment_.counters.retransmissions_sent;
        (void)transmit(answered->flow, answered->response());
        return;
    }
    if (!has_room_for(flow)) return user_.on_refused(message, flow);
    start_server(std::move(message), flow);
}

bool TransactionLayer::has_room_for(const Flow& flow) const {
    const auto for_everybody = max_servers_ - max_servers_ / 4;
    if (servers() < for_everybody) return true;
    return servers() < max_servers_ && user_.is_known_source(flow);
}

void TransactionLayer::start_server(Message message, const Flow& flow) {
    std::unique_ptr<ServerTransaction> transaction;
    const auto reply = reply_path(message, flow);
    if (message.method() == Method::invite)
        transaction = std::make_unique<InviteServerTransaction>(
            *this, flow, reply, MessageBuilder::response_to(message, 100).build());
    else
        transaction = std::make_unique<NonInviteServerTransaction>(*this, flow, reply);
    // scratch_ still holds the key that was looked for in vain.
    const auto placed = servers_.emplace(scratch_, std::move(transaction)).first;
    ServerTransaction& started = *placed->second;
    started.key_ = placed->first;
    const auto merge_key = merge_key_of(message, scratch_);
    const bool is_first =
        !answered_.has_merge_key(merge_key) && merge_keys_.insert(merge_key).second;
    if (is_first) started.merge_key_ = merge_key;
    const bool is_merged = !is_first && message.to_tag().empty();
    user_.on_request({std::move(message), started, is_merged});
}

void TransactionLayer::receive_response(const Message& message) {
    const auto via = message.top_via();
    // RFC 3261 §8.1.3.3: with more than one Via it was not meant for us.
    const bool is_ours =
        via && message.count(HeaderId::via) == 1 && message.values(HeaderId::via).size() == 1;
    const auto found =
        is_ours ? clients_.find(client_key(via->branch, message.method_name())) : clients_.end();
    if (found == clients_.end()) {
        ++environment_.counters.stray_responses;
        return;
    }
    found->second->receive(message);
}

ClientTransaction& TransactionLayer::send(Method method, std::string_view branch, const Flow& flow,
                                          std::string request, ClientTransactionUser* user) {
    std::unique_ptr<ClientTransaction> transaction;
    if (method == Method::invite)
        transaction =
            std::make_unique<InviteClientTransaction>(*this, flow, std::move(request), user);
    else
        transaction =
            std::make_unique<NonInviteClientTransaction>(*this, flow, std::move(request), user);
    const auto placed = clients_
                            .insert_or_assign(std::string(client_key(branch, name_of(method))),
                                              std::move(transaction))
                            .first;
    placed->second->key_ = placed->first;
    return *placed->second;
}

ServerTransaction* TransactionLayer::find_invite(const Message& cancel) {
    const auto found = servers_.find(server_key(cancel, name_of(Method::invite)));
    return found == servers_.end() ? nullptr : found->second.get();
}

void TransactionLayer::on_connection_closed(const Flow& flow) {
    for (auto& [key, transaction] : clients_)
        if (transaction->flow_.connection == flow.connection) transaction->on_connection_closed();
}

void TransactionLayer::retire(ServerTransaction& transaction) {
    const auto found = servers_.find(transaction.key_);
    if (found == servers_.end()) return;
    if (transaction.merge_key_ != 0) merge_keys_.erase(transaction.merge_key_);
    transaction.key_ = {};  // its timers may still fire once, and retire it again
    dead_servers_.push_back(std::move(found->second));
    servers_.erase(found);
    if (!undertaker_.is_running()) undertaker_.start_after(std::chrono::milliseconds::zero());
    if (auto* user = std::exchange(transaction.user_, nullptr)) user->on_transaction_gone();
}

void TransactionLayer::retire_answered(ServerTransaction& transaction, const Flow& flow,
                                       std::string_view response) {
    answered_.add({transaction.key_, transaction.merge_key_, flow, response},
                  environment_.wheel.clock().now() + environment_.timers.timeout());
    if (!forget_answered_.is_running()) forget_answered_.start_at(answered_.oldest()->end);
    retire(transaction);
}

void TransactionLayer::forget_answered() {
    const auto now = environment_.wheel.clock().now();
    while (const auto* oldest = answered_.oldest()) {
        if (oldest->end > now) return forget_answered_.start_at(oldest->end);
        answered_.forget_oldest();
    }
}

void TransactionLayer::retire(ClientTransaction& transaction) {
    const auto found = clients_.find(transaction.key_);
    if (found == clients_.end()) return;
    transaction.key_ = {};
    dead_clients_.push_back(std::move(found->second));
    clients_.erase(found);
    if (!undertaker_.is_running()) undertaker_.start_after(std::chrono::milliseconds::zero());
    if (auto* user = std::exchange(transaction.user_, nullptr))
        user->on_transaction_gone(transaction);
}

void TransactionLayer::bury() {
    const auto servers = std::exchange(dead_servers_, {});
    const auto clients = std::exchange(dead_clients_, {});
}

void TransactionLayer::dump(std::vector<std::string>& lines) const {
    const auto line = [&lines](std::string_view what, std::string_view key, std::string_view state,
                               const Flow& flow) {
        std::string id(key);
        for (char& c : id)
            if (c == '\n') c = ' ';
        lines.push_back(fmt::format("{} {} {} {}", what, skyn3t::quoted(id), state, flow.str()));
    };
    for (const auto& [key, transaction] : servers_)
        line("server transaction", key, transaction->state_name(), transaction->flow());
    answered_.for_each([&](const AnsweredRequests::Entry& entry) {
        line("server transaction", entry.key(), "completed", entry.flow);
    });
    for (const auto& [key, transaction] : clients_)
        line("client transaction", key, transaction->state_name(), transaction->flow());
}

}  // namespace skyn3t::sip
